package io.reprise.gateway.rest.catalog;

import io.reprise.gateway.rest.ApiCall;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which entries of a list are wanted.
 *
 * @param words in lower case, to be found in the name or in a text of the settings; empty for any
 * @param origin null for any, likewise {@code enabled}
 * @param after the last name of the previous page; empty for the first one
 */
record EntryFilter(String words, String origin, Boolean enabled, String after)
        implements Predicate<ShownCatalog.Entry> {
    static EntryFilter of(ApiCall call) {
        String words = call.text("q");
        String cursor = call.text("cursor");
        return new EntryFilter(
                words == null ? "" : words.strip().toLowerCase(Locale.ROOT),
                call.text("origin"),
                call.flag("enabled"),
                cursor == null ? "" : cursor);
    }

    @Override
    public boolean test(ShownCatalog.Entry entry) {
        return entry.name().compareTo(after) > 0
                && (origin == null || origin.equals(entry.origin()))
                && (enabled == null || enabled == entry.enabled())
                && (words.isEmpty() || has(entry.name()) || has(entry.settings()));
    }

    private boolean has(Object value) {
        return switch (value) {
            case String text -> text.toLowerCase(Locale.ROOT).contains(words);
            case Map<?, ?> section -> section.values().stream().anyMatch(this::has);
            case Iterable<?> list -> {
                for (Object item : list) if (has(item)) yield true;
                yield false;
            }
            case null, default -> false;
        };
    }
}
