package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What caused a command, a run or a recall, for log lines and traces: nothing is decided by it. Records that have one never have
 * null: what is not known is {@link #UNKNOWN}.
 *
 * @param request id of the request or of the client's command, or null
 * @param trace span of the request, as a {@code traceparent}; or null
 * @param run the earlier run that it resumes, or whose tool asked for it; or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Cause(String request, String trace, String run) {
    /** Nothing is known. */
    public static final Cause UNKNOWN = new Cause(null, null, null);

    /** The cause {@code known}, or {@link #UNKNOWN} for null. */
    public static Cause orUnknown(Cause known) {
        return known == null ? UNKNOWN : known;
    }

    public boolean known() {
        return !equals(UNKNOWN);
    }

    /** The same request, after {@code earlier}. */
    public Cause after(String earlier) {
        return new Cause(request, trace, earlier);
    }

    /** What a later run, which only comes from this one, keeps of it: the request is over. */
    public Cause later(String earlier) {
        return new Cause(request, null, earlier);
    }
}
