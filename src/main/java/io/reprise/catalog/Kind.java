package io.reprise.catalog;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A kind of entry. */
public enum Kind {
    /** A service that runs models. */
    PROVIDER,
    /** A model of a provider, with its parameters. */
    MODEL,
    /** A system prompt. Every version of it stays. */
    PROMPT,
    /** What answers in a session: a prompt, a model, tools and limits. */
    AGENT,
    /** Code around the steps of an agent's runs, with its settings. */
    MIDDLEWARE,
    /** A server that offers tools. */
    MCP_SERVER;

    /** In texts and in the database, such as {@code provider}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** At the beginning of a text, such as {@code Provider}. */
    public String title() {
        return this == MCP_SERVER ? "MCP server" : name().charAt(0) + word().substring(1);
    }

    /** In names of operations, such as {@code Provider}. */
    public String type() {
        return this == MCP_SERVER ? "McpServer" : title();
    }

    /** In paths and as the name of the folder, such as {@code providers}. */
    public String plural() {
        return this == MIDDLEWARE ? word() : word() + "s";
    }

    /** The kind of this {@link #word}. */
    public static Optional<Kind> of(String word) {
        return Stream.of(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
