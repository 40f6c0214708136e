/** Tools of MCP servers as tools of runs: their names, schemas and calls. */
package io.reprise.mcp.tool;
