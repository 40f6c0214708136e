package io.reprise.gateway.reading;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.Failure;

/** The client side of subscriptions: a socket or an event stream. */
public interface Receiver {
    /** Whether the queue is above its limit: then nothing is pulled, and live events are pulled later. */
    boolean full();

    /** Queues a frame of the protocol. */
    void frame(Frame frame);

    /** The subscription has ended, or could not begin. {@code attachId} may be null. */
    default void refused(String attachId, String session, Failure failure) {
        frame(Frame.of(Frame.Type.ERROR, ServerFrames.error(attachId, session, failure)));
    }
}
