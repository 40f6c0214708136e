package io.reprise.message;

/**
 * Identifies a subscription to a session.
 *
 * @param gateway address of the gateway that has the socket
 * @param subscription unique within the gateway; a new one for every attach
 */
public record Reader(String gateway, long subscription) {}
