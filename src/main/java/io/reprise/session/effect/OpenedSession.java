package io.reprise.session.effect;

import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecalledFrom;

/**
 * A session to be made for a slot of a recall, in which the recall runs immediately. The recall and its slot determine
 * the session's id, so asking twice makes one session.
 *
 * @param agent that the recall's session names, or null
 * @param chain runs in a row that recalls have started
 */
public record OpenedSession(Recall recall, RecalledFrom from, String agent, int chain) {
    public enum Outcome {
        /** It exists now, or existed and was erased. */
        EXISTS,
        /** The user's recalls have made too many sessions within a day. */
        TOO_MANY,
        /** The store is unavailable. */
        UNKNOWN
    }
}
