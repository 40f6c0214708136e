package io.reprise.message;

/**
 * A subscription as its session knows it.
 *
 * @param gateway the address of the gateway that holds the socket
 * @param subscription unique within the gateway; a new one for every attach
 */
public record Reader(String gateway, long subscription) {}
