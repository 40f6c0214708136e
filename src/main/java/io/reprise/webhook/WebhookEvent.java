package io.reprise.webhook;

/** Events that the contract does not let people choose. The others are recorded by the store in the transaction in which they happen. */
final class WebhookEvent {
    /** Of a delivery that a person asked for, to see whether it arrives. */
    static final String PING = "ping";

    private WebhookEvent() {}
}
