/** Settings of the built-in tools. */
package io.reprise.config.tool;
