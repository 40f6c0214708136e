package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.message.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What answers in a session.
 *
 * @param title shown to people; empty for the name of the entry
 * @param audience who may choose it
 * @param prompt the name of a prompt, or {@code NAME@VERSION}; empty for the prompt named {@code default}
 * @param staffTesting whether staff receive the newest version of the prompt that is being tested
 * @param model empty for the default model
 * @param fallbacks models that answer if the ones before cannot
 * @param modelChoice whether people may choose another model for a message
 * @param tools names of tools that it may use; {@code *} at the end matches any rest
 * @param mcpServers whose tools it may use, too
 * @param subagents names of agents that it may call, each as a tool
 * @param approvals tools whose calls need an approval, in addition to those of the settings
 * @param skills folder with files that it may read, below the folder of the settings file; empty for none
 * @param memory files that it always knows, below the folder of the settings file
 * @param middleware what runs around its steps
 * @param clientContext what of the input of an AG-UI client its model is told: {@code context}, {@code state}, {@code
 *     forwardedProps}
 */
public record AgentDefinition(
        String title,
        String description,
        boolean enabled,
        Audience audience,
        String prompt,
        boolean staffTesting,
        String model,
        List<String> fallbacks,
        boolean modelChoice,
        List<String> tools,
        List<String> mcpServers,
        List<String> subagents,
        List<String> approvals,
        Limits limits,
        Roles roles,
        String skills,
        List<String> memory,
        List<MiddlewareUse> middleware,
        List<String> clientContext)
        implements Definition {
    /** An agent with all tools, the default model and the default prompt. */
    public static final String DEFAULT = Sender.DEFAULT_AGENT;

    private static final TextForm PROMPT = TextForm.of("([a-z0-9][a-z0-9._-]{0,63}(@[1-9][0-9]{0,8})?)?");
    private static final TextForm TOOL = TextForm.of("[A-Za-z0-9_.-]{1,128}\\*?|\\*");
    /** Its tool is called {@code agent_NAME}, and names of tools have no dots. */
    private static final TextForm SUBAGENT = TextForm.of("[a-z0-9][a-z0-9_-]{0,57}");

    private static final String SUBAGENT_EXPECTED = "the name of an agent without dots, of at most 58 characters";
    private static final TextForm PATH = TextForm.of("[^/\\\\:\\s.][^/\\\\:\\s]*(/[^/\\\\:\\s.][^/\\\\:\\s]*)*");
    private static final TextForm CLIENT_CONTEXT = TextForm.of("context|state|forwardedProps");
    private static final String TOOL_EXPECTED = "the name of a tool, or the beginning of names followed by *";
    private static final String PATH_EXPECTED = "a path below the folder of the settings file, without .. in it";

    /** Who may choose an agent. */
    public enum Audience {
        EVERYONE,
        STAFF
    }

    /** Limits in place of those of the settings; empty for those of the settings. */
    public record Limits(Optional<Integer> stepsMax, Optional<Integer> timeMs) {
        static Limits read(Section section) {
            return new Limits(
                    section.optionalInteger("stepsMax", 5, 100), section.optionalInteger("timeMs", 10_000, 600_000));
        }
    }

    /**
     * Models for other work than answers; empty for the model of the agent.
     *
     * @param title makes titles of sessions
     * @param summary makes summaries of long conversations
     */
    public record Roles(String title, String summary) {
        static Roles read(Section section) {
            return new Roles(Definition.modelName(section, "title"), Definition.modelName(section, "summary"));
        }
    }

    static AgentDefinition read(Section section) {
        return new AgentDefinition(
                shortText(section, "title", 80),
                shortText(section, "description", 500),
                section.bool("enabled", true),
                section.choice("audience", Audience.EVERYONE, Audience.values()),
                section.text("prompt", "", "the name of a prompt, or NAME@VERSION", PROMPT),
                section.bool("staffTesting", false),
                Definition.modelName(section, "model"),
                section.list("fallbacks", "the name of a model", EntryKey.NAME),
                section.bool("modelChoice", true),
                section.list("tools", List.of("*"), TOOL_EXPECTED, TOOL),
                section.list("mcpServers", "the name of an MCP server", EntryKey.NAME),
                section.list("subagents", SUBAGENT_EXPECTED, SUBAGENT),
                section.list("approvals", TOOL_EXPECTED, TOOL),
                Limits.read(section.section("limits")),
                Roles.read(section.section("roles")),
                section.text("skills", "", PATH_EXPECTED, PATH.orEmpty()),
                section.list("memory", PATH_EXPECTED, PATH),
                MiddlewareUse.read(section, "middleware"),
                section.list("clientContext", "context, state or forwardedProps", CLIENT_CONTEXT));
    }

    private static String shortText(Section section, String key, int charactersMax) {
        return section.text(
                key, "", "a text of at most " + charactersMax + " characters", TextForm.upTo(charactersMax));
    }

    /** The prompt without its version; empty if none is named. */
    public String promptName() {
        int at = prompt.indexOf('@');
        return at < 0 ? prompt : prompt.substring(0, at);
    }

    /** The version of the prompt that is always used; empty if it follows the approved one. */
    public Optional<Long> promptVersion() {
        int at = prompt.indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(Long.parseLong(prompt.substring(at + 1)));
    }

    /** Whether it may use this tool. */
    public boolean mayUse(String tool) {
        return ToolPatterns.match(tools, tool);
    }

    /** Whether calls of the tool need an approval. */
    public boolean asksBefore(String tool) {
        return ToolPatterns.match(approvals, tool);
    }

    @Override
    public List<Reference> references() {
        List<Reference> all = new ArrayList<>();
        add(all, "prompt", Kind.PROMPT, promptName());
        add(all, "model", Kind.MODEL, model);
        fallbacks.forEach(name -> add(all, "fallbacks", Kind.MODEL, name));
        mcpServers.forEach(name -> add(all, "mcpServers", Kind.MCP_SERVER, name));
        subagents.forEach(name -> add(all, "subagents", Kind.AGENT, name));
        add(all, "roles.title", Kind.MODEL, roles.title());
        add(all, "roles.summary", Kind.MODEL, roles.summary());
        middleware.forEach(use -> add(all, "middleware", Kind.MIDDLEWARE, use.name()));
        return all;
    }

    private static void add(List<Reference> all, String path, Kind kind, String name) {
        if (!name.isEmpty()) all.add(new Reference(path, new EntryKey(kind, name)));
    }
}
