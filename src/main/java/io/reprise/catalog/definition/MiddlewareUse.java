package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
import io.reprise.config.read.Section;
import java.util.List;
import java.util.Optional;

/**
 * That an agent uses a middleware, written as {@code NAME} or {@code NAME@PRIORITY}.
 *
 * @param name of the entry
 * @param priority in place of that of the entry; empty for that of the entry
 */
public record MiddlewareUse(String name, Optional<Integer> priority) {
    private static final String EXPECTED = "the name of a middleware, or NAME@PRIORITY with a priority from 1 to 100";

    static List<MiddlewareUse> read(Section section, String key) {
        return section.list(key, EXPECTED, text -> parse(text).isPresent()).stream()
                .map(text -> parse(text).orElseThrow())
                .toList();
    }

    private static Optional<MiddlewareUse> parse(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        if (!EntryKey.isName(name)) return Optional.empty();
        if (at < 0) return Optional.of(new MiddlewareUse(name, Optional.empty()));
        String priority = text.substring(at + 1);
        return priority.matches("[1-9][0-9]?|100")
                ? Optional.of(new MiddlewareUse(name, Optional.of(Integer.parseInt(priority))))
                : Optional.empty();
    }
}
