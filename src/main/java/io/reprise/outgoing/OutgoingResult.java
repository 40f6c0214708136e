package io.reprise.outgoing;

/** What has become of a call. */
public sealed interface OutgoingResult {
    /**
     * There was an answer, whatever its status is.
     *
     * @param retryAfter the header {@code Retry-After}; null: none
     */
    record Answered(int status, String body, String retryAfter) implements OutgoingResult {
        public Answered(int status, String body) {
            this(status, body, null);
        }
    }

    /** The guard did not let it out. Another try has the same result until something is changed. */
    record Refused(String reason) implements OutgoingResult {}

    /** There was no answer. Another try may succeed. */
    record Failed(String reason) implements OutgoingResult {}
}
