/**
 * Connections of clients: WebSockets, REST, event streams, static files, authentication. Keeps cursors, never
 * conversations.
 */
package io.reprise.gateway;
