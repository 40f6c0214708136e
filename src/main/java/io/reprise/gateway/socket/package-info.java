/** WebSocket connections: one {@link io.reprise.gateway.socket.Socket} each. */
package io.reprise.gateway.socket;
