/** Tools of agents: the port {@link io.reprise.tool.Tool} and the built-in tools. */
package io.reprise.tool;
