package io.reprise.agent.subagent;

import io.reprise.message.AgentMessage.Ask;
import java.util.List;

/** Thrown by the call of a sub-agent that waits for people: the call has no result yet, and its run ends. */
public final class Suspended extends RuntimeException {
    private final transient List<Ask> asks;

    /** @param asks what people are asked; empty if the sub-agent could not be saved, so that the run fails */
    public Suspended(List<Ask> asks) {
        super("waits for people", null, false, false);
        this.asks = List.copyOf(asks);
    }

    public List<Ask> asks() {
        return asks;
    }
}
