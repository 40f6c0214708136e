package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What caused a command, a run or a recall, for log lines and traces: nothing is decided by it but which token of a person there
 * is. Records that have one never have null: what is not
 * known is {@link #UNKNOWN}.
 *
 * @param request id of the request or of the client's command, or null
 * @param trace span of the request, as a {@code traceparent}; or null
 * @param run the earlier run that it resumes, or whose tool asked for it; or null
 * @param token of the person who is there; null if nobody is, or the request had none. Only in memory
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Cause(
        String request,
        String trace,
        String run,
        @JsonIgnore CallerToken token) {
    /** Nothing is known. */
    public static final Cause UNKNOWN = new Cause(null, null, null);

    /** Of a request without a token that may be passed on. */
    public Cause(String request, String trace, String run) {
        this(request, trace, run, null);
    }

    /** The cause {@code known}, or {@link #UNKNOWN} for null. */
    public static Cause orUnknown(Cause known) {
        return known == null ? UNKNOWN : known;
    }

    public boolean known() {
        return !equals(UNKNOWN);
    }

    /** The same request, after {@code earlier}. */
    public Cause after(String earlier) {
        return new Cause(request, trace, earlier, token);
    }

    /** What a later run, which only comes from this one, keeps of it: the request is over, and the person may be gone. */
    public Cause later(String earlier) {
        return new Cause(request, null, earlier);
    }

    /** The same with the token of its person, or null. */
    public Cause with(CallerToken its) {
        return new Cause(request, trace, run, its);
    }

    /** What is left of it for something that happens later, when the person may be gone. */
    public Cause unattended() {
        return with(null);
    }

    /**
     * The token with which a person sent a request, for servers that are to be told who asks. It is only kept in memory: it
     * never becomes part of a log line, and what stores its cause leaves it out. Messages between nodes contain it.
     *
     * @param value without its scheme
     * @param expiresAtMs when it ends
     */
    public record CallerToken(String value, long expiresAtMs) {
        /** Hides the token. */
        @Override
        public String toString() {
            return "CallerToken[hidden]";
        }
    }
}
