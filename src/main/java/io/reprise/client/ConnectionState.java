package io.reprise.client;

/**
 * The connection of a client.
 *
 * <pre>
 * Closed ─▶ Connecting ─▶ Open ─▶ Waiting ─▶ Connecting   Closed after a stop, or when the server refuses the client
 * </pre>
 */
public sealed interface ConnectionState {
    record Connecting() implements ConnectionState {}

    record Open() implements ConnectionState {}

    /** @param told whether the server asked for this wait */
    record Waiting(long retryInMs, boolean told, String reason) implements ConnectionState {}

    /** @param isFinal whether the server refused the client; {@code code} is 0 before the first start */
    record Closed(int code, String reason, boolean isFinal) implements ConnectionState {}
}
