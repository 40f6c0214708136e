/** How nodes find each other and become one event bus; read {@link io.reprise.cluster.Cluster} first. */
package io.reprise.cluster;
