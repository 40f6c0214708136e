package io.reprise.catalog.provider;

import java.util.Locale;
import java.util.Set;

/** What a model takes beside text. */
public enum Attachment {
    IMAGE,
    PDF;

    public static final Set<Attachment> ALL = Set.of(IMAGE, PDF);

    /** As it is written in entries. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Says that a model does not take files of this kind, which is the word of one. */
    public static String refusal(String model, String kind) {
        return "The model " + model + " does not take " + (kind.equals(IMAGE.word()) ? "images" : "PDF files") + ".";
    }
}
