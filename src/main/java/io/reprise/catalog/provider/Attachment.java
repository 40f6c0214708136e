package io.reprise.catalog.provider;

import java.util.Locale;
import java.util.Set;

/** What a model takes beside text. */
public enum Attachment {
    IMAGE,
    PDF;

    static final Set<Attachment> ALL = Set.of(IMAGE, PDF);

    /** As it is written in entries. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
