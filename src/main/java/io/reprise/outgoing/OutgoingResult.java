package io.reprise.outgoing;

import io.vertx.core.buffer.Buffer;

/** What has become of a call. */
public sealed interface OutgoingResult {
    /**
     * There was an answer, whatever its status is.
     *
     * @param body empty if there is a page
     * @param retryAfter the header {@code Retry-After}; null: none
     * @param page the body of a call with terms of its own; else null
     */
    record Answered(int status, String body, String retryAfter, Page page) implements OutgoingResult {
        public Answered(int status, String body) {
            this(status, body, null, null);
        }
    }

    /**
     * The body of an answer with what is known about it.
     *
     * @param url of the last redirect
     * @param contentType null: unknown
     * @param cut whether it was longer
     */
    record Page(String url, String contentType, Buffer body, boolean cut) {}

    /** The guard did not let it out. Another try has the same result until something is changed. */
    record Refused(String reason) implements OutgoingResult {}

    /** There was no answer. Another try may succeed. */
    record Failed(String reason) implements OutgoingResult {}
}
