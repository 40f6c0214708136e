package io.reprise.gateway;

/** The client's end of subscriptions: a socket, as they see it. */
public interface Receiver {
    /** More is queued than may be: nothing is pulled for it, and live events are left to a later pull. */
    boolean full();

    /** Queues a frame of the protocol. */
    void frame(String text);
}
