package io.reprise.agent.middleware;

import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.List;

/**
 * Some tools.
 *
 * @param patterns names, or beginnings of names followed by {@code *}
 */
public record ToolNames(List<String> patterns) {
    public static final String EXPECTED = "the name of a tool, or the beginning of names followed by *";
    public static final TextForm ALLOWED = TextForm.of("[A-Za-z0-9_.-]{1,128}\\*?|\\*");

    public ToolNames {
        patterns = List.copyOf(patterns);
    }

    public static ToolNames read(Section section, String key, List<String> standard) {
        return new ToolNames(section.list(key, standard, EXPECTED, ALLOWED));
    }

    public boolean contain(String tool) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? tool.startsWith(pattern.substring(0, pattern.length() - 1))
                        : tool.equals(pattern));
    }

    /** For people and models, such as {@code tools} or {@code fetch, search}. */
    public String words() {
        return patterns.contains("*") ? "tools" : String.join(", ", patterns);
    }
}
