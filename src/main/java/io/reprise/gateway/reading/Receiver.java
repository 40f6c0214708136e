package io.reprise.gateway.reading;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.Failure;

/** The client's end of subscriptions, as they see it: a socket or an event stream. */
public interface Receiver {
    /** More is queued than may be: nothing is pulled for it, and live events are left to a later pull. */
    boolean full();

    /** Queues a frame of the protocol. */
    void frame(Frame frame);

    /** Its reading of the session has ended, or never began. {@code attachId} may be null. */
    default void refused(String attachId, String session, Failure failure) {
        frame(Frame.of(Frame.Type.ERROR, ServerFrames.error(attachId, session, failure)));
    }
}
