package io.reprise.outgoing;

import java.util.Map;

/**
 * A call.
 *
 * @param method one that requests of {@code body} may have
 * @param headers sent with every request of the call
 * @param secretHeaders not sent to another origin, after a redirect; such as signatures
 * @param body null: none
 * @param readsAnswer false: the status is enough, and the body of the answer is not read
 */
public record OutgoingCall(
        String method,
        String url,
        Map<String, String> headers,
        Map<String, String> secretHeaders,
        byte[] body,
        boolean readsAnswer) {
    public OutgoingCall {
        headers = Map.copyOf(headers);
        secretHeaders = Map.copyOf(secretHeaders);
    }
}
