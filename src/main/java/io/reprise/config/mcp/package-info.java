/** Settings of MCP servers: limits of their connections, calls, tools and checks. */
package io.reprise.config.mcp;
