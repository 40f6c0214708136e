package io.reprise.config.read;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the known name that is closest to a misspelt one. */
final class Nearest {
    private static final int NAME_CHARACTERS_MAX = 100;

    private Nearest() {}

    /** A suffix such as {@code ; did you mean log.flushMs?}, or an empty string. */
    static String hint(String name, Collection<String> known) {
        return of(name, known).map(nearest -> "; did you mean " + nearest + "?").orElse("");
    }

    static Optional<String> of(String name, Collection<String> known) {
        if (name.length() > NAME_CHARACTERS_MAX) {
            return Optional.empty();
        }
        String plain = plain(name);
        Optional<String> near = known.stream()
                .filter(candidate -> distance(plain, plain(candidate)) <= Math.max(1, plain.length() / 5))
                .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))));
        return near.or(() -> inAnotherSection(name, known));
    }

    private static Optional<String> inAnotherSection(String name, Collection<String> known) {
        String key = plain(name.substring(name.lastIndexOf('.') + 1));
        return known.stream()
                .filter(candidate -> plain(candidate.substring(candidate.lastIndexOf('.') + 1))
                        .equals(key))
                .findFirst();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** The Levenshtein distance: the smallest number of letters to insert, delete or replace. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
