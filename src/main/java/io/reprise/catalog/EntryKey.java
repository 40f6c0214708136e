package io.reprise.catalog;

import io.reprise.config.read.TextForm;

/** Identifies an entry. Names are unique within a kind, wherever the entries come from. */
public record EntryKey(Kind kind, String name) implements Comparable<EntryKey> {
    /** What a name may be, in words. */
    public static final String EXPECTED =
            "1 to 64 lower-case letters, digits, dots, hyphens or underscores, beginning with a letter or digit";

    public static final TextForm NAME = TextForm.of("[a-z0-9][a-z0-9._-]{0,63}");

    public static boolean isName(String name) {
        return NAME.test(name);
    }

    @Override
    public int compareTo(EntryKey other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    /** Such as {@code model fast}. */
    @Override
    public String toString() {
        return kind.word() + " " + name;
    }
}
