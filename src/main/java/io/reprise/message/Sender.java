package io.reprise.message;

import io.reprise.message.Cause.CallerToken;
import java.util.List;
import java.util.Optional;

/**
 * What the person may do who sends a command.
 *
 * @param staff whether the person is staff
 * @param agents those that the command may reach; empty: all. An API key may be limited to some
 * @param token that servers may be sent in the name of the person; null for none
 */
public record Sender(boolean staff, List<String> agents, CallerToken token) {
    /** A person without further rights, and without limits. */
    public static final Sender USUAL = new Sender(false, List.of());

    /** A person whose token is not passed on. */
    public Sender(boolean staff, List<String> agents) {
        this(staff, agents, null);
    }

    /** The name of the agent of sessions that name none. */
    public static final String DEFAULT_AGENT = "default";

    private static final Failure REFUSED =
            Failure.of(ErrorCode.FORBIDDEN, "The API key is not for the agent of this session.");

    public Sender {
        agents = agents == null ? List.of() : List.copyOf(agents);
    }

    /**
     * Why it may not reach a session; empty if it may.
     *
     * @param agent of the session; null for the default one
     */
    public Optional<Failure> refusal(String agent) {
        boolean mayUse = agents.isEmpty() || agents.contains(agent == null ? DEFAULT_AGENT : agent);
        return mayUse ? Optional.empty() : Optional.of(REFUSED);
    }
}
