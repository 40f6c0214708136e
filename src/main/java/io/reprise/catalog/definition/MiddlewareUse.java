package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.List;
import java.util.Optional;

/**
 * That an agent uses a middleware, written as {@code NAME} or {@code NAME@PRIORITY}.
 *
 * @param name of the entry
 * @param priority in place of that of the entry; empty for that of the entry
 */
public record MiddlewareUse(String name, Optional<Integer> priority) {
    private static final TextForm FORM =
            TextForm.of("(?:" + EntryKey.NAME.pattern().pattern() + ")(?:@(?:[1-9][0-9]?|100))?");
    private static final String EXPECTED = "the name of a middleware, or NAME@PRIORITY with a priority from 1 to 100";

    static List<MiddlewareUse> read(Section section, String key) {
        return section.list(key, EXPECTED, FORM).stream()
                .map(MiddlewareUse::parse)
                .toList();
    }

    private static MiddlewareUse parse(String text) {
        int at = text.indexOf('@');
        return at < 0
                ? new MiddlewareUse(text, Optional.empty())
                : new MiddlewareUse(text.substring(0, at), Optional.of(Integer.parseInt(text.substring(at + 1))));
    }
}
