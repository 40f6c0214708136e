/** The WebSocket: one {@link io.reprise.gateway.socket.Socket} for each connection. */
package io.reprise.gateway.socket;
