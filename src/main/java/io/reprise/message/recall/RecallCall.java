package io.reprise.message.recall;

import io.reprise.support.Digest;

/**
 * The call of a tool whose result a recall brings.
 *
 * @param id of the call
 * @param run in which it was made
 * @param repeatable whether it could be made again without harm
 * @param agent address of the agent that carries it out
 * @param owner number under which the session was owned when it began: if another one owns it, nobody carries out the call
 */
public record RecallCall(String id, String run, String tool, boolean repeatable, String agent, long owner) {
    /** The id of the recall, which follows from the call, so that a call has one. */
    public String recall() {
        return "rb_" + Digest.of(run, id);
    }
}
