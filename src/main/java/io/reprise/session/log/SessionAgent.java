package io.reprise.session.log;

import io.reprise.message.AgentRules;
import io.reprise.message.Chosen;
import io.reprise.message.Failure;
import java.util.Optional;

/** The agent of a session, and what people may choose. */
public final class SessionAgent {
    private final AgentRules rules;
    private String name;

    /** @param name null if the session names none */
    public SessionAgent(String name, AgentRules rules) {
        this.name = name;
        this.rules = rules;
    }

    /** Null if the session names none. */
    public String name() {
        return name;
    }

    public void become(String other) {
        name = other;
    }

    /** Why a person may not choose this agent, or null for no choice. */
    public Optional<Failure> choosing(String agent, boolean staff) {
        return agent == null ? Optional.empty() : rules.choosing(agent, staff);
    }

    /** Why a person may not choose this model for a message, or null for no choice. */
    public Optional<Failure> choosingModel(String model, boolean staff) {
        return model == null ? Optional.empty() : rules.choosingModel(name, model, staff);
    }

    /** Why a message must not have a file of this kind, if its run uses this model, or null for no choice. */
    public Optional<Failure> sending(String model, String kind) {
        return rules.sending(name, model, kind);
    }

    /** What is chosen for the run of a message; null if nothing is. */
    Chosen chosen(String model, boolean staff) {
        return Chosen.of(model, staff && rules.tests(name));
    }
}
