/** Sign-in of people to MCP servers by OAuth 2.1: discovery, the way to the authorization server and back, tokens. */
package io.reprise.mcp.signin;
