package io.reprise.catalog.definition;

import java.util.List;

/** Names of tools, or beginnings of names followed by {@code *}. */
final class ToolPatterns {
    private ToolPatterns() {}

    static boolean match(List<String> patterns, String tool) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? tool.startsWith(pattern.substring(0, pattern.length() - 1))
                        : tool.equals(pattern));
    }
}
