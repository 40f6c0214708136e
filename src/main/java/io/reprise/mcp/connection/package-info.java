/** A connection to one MCP server: choice of the protocol, lists of tools, calls, and results as content. */
package io.reprise.mcp.connection;
