package io.reprise.message;

import java.util.Optional;

/** Port: what people may choose. Answers immediately. Callable from any thread. */
public interface AgentRules {
    /** Everything may be chosen. */
    AgentRules NONE = new AgentRules() {
        @Override
        public Optional<Failure> choosing(String agent, boolean staff) {
            return Optional.empty();
        }

        @Override
        public Optional<Failure> choosingModel(String agent, String model, boolean staff) {
            return Optional.empty();
        }

        @Override
        public Optional<Failure> sending(String agent, String model, String kind) {
            return Optional.empty();
        }

        @Override
        public boolean tests(String agent) {
            return false;
        }
    };

    /**
     * Why a person may not choose this agent for a session; empty if the person may.
     *
     * @param staff whether the person is staff
     */
    Optional<Failure> choosing(String agent, boolean staff);

    /**
     * Why a person may not choose this model for a message; empty if the person may.
     *
     * @param agent of the session; null for the default one
     */
    Optional<Failure> choosingModel(String agent, String model, boolean staff);

    /**
     * Why a message must not have a file of this kind, as far as that is known before its run; empty if it may.
     *
     * @param agent of the session; null for the default one
     * @param model that was chosen for the message; null for that of the agent
     * @param kind {@code image} or {@code pdf}
     */
    Optional<Failure> sending(String agent, String model, String kind);

    /**
     * Whether staff receive what is being tested.
     *
     * @param agent null for the default one
     */
    boolean tests(String agent);
}
