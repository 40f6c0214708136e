/** Settings of several nodes that share one database. */
package io.reprise.config.cluster;
