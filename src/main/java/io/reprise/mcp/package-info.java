/**
 * MCP servers whose tools agents use: one supervised connection for each server, with a cache of its tools. A server that is
 * slow, away or odd affects no other one.
 */
package io.reprise.mcp;
