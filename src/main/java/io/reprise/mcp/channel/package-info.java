/** Messages of JSON-RPC to and from one MCP server: by streamable HTTP, or by the input and output of a program. */
package io.reprise.mcp.channel;
