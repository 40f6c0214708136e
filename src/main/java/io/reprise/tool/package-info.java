/** What agents can do besides talking: the port {@link io.reprise.tool.Tool} and the tools that are built in. */
package io.reprise.tool;
