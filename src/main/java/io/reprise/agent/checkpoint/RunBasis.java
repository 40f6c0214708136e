package io.reprise.agent.checkpoint;

/**
 * The entries of the catalogue that a run uses. Fields are null if they are unknown or if no entry is used.
 *
 * @param agent its name
 * @param agentVersion version of the agent
 * @param prompt the prompt with its version, such as {@code support@3}; empty for the text that the server brings along
 * @param model name of the model's entry
 * @param catalogVersion of everything that the run uses; differs if one of it differs
 */
public record RunBasis(String agent, Long agentVersion, String prompt, String model, String catalogVersion) {
    public static final RunBasis UNKNOWN = new RunBasis(null, null, null, null, null);

    /** Of an agent about which nothing else is known. */
    public static RunBasis of(String agent, String catalogVersion) {
        return new RunBasis(agent, null, null, null, catalogVersion);
    }
}
