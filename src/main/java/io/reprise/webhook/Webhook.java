package io.reprise.webhook;

import java.util.List;

/**
 * A webhook of a person.
 *
 * @param events that it is told of, in the words of the contract
 * @param secret sealed
 * @param enabled false: it is told nothing
 * @param failures failed attempts in a row
 * @param failedOff whether it was switched off because of them
 */
public record Webhook(
        String id,
        String user,
        String name,
        String url,
        List<String> events,
        byte[] secret,
        boolean enabled,
        int failures,
        boolean failedOff,
        long createdMs) {
    public Webhook {
        events = List.copyOf(events);
    }
}
