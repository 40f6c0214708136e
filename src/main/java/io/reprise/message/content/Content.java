package io.reprise.message.content;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.content.Part.Text;
import io.reprise.support.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a message: its parts, in order. As JSON it is a string if it is one text, else an array of parts.
 *
 * @param parts at least one
 */
public record Content(List<Part> parts) {
    private static final String BETWEEN = "\n\n";

    public Content {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) throw new IllegalArgumentException("a content without parts");
    }

    /** One text, which may be empty. */
    public static Content of(String text) {
        return new Content(List.of(new Text(text)));
    }

    /**
     * A text and the parts behind it, as commands and events have them. The inverse of {@link #lead} and {@link #rest}.
     *
     * @param text may be empty
     * @param rest may be null
     */
    public static Content of(String text, List<Part> rest) {
        if (rest == null || rest.isEmpty()) return of(text);
        if (text.isEmpty()) return new Content(rest);
        return new Content(
                Stream.concat(Stream.of(new Text(text)), rest.stream()).toList());
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Content of(JsonNode json) {
        if (json.isTextual()) return of(json.textValue());
        if (!json.isArray()) throw new IllegalArgumentException("neither a text nor a list of parts");
        List<Part> parts = new ArrayList<>();
        json.forEach(part -> parts.add(Part.of(part)));
        return parts.isEmpty() ? of("") : new Content(parts);
    }

    @JsonValue
    Object json() {
        return isText() ? lead() : parts;
    }

    /** Whether it is one text and nothing else. */
    public boolean isText() {
        return parts.size() == 1 && parts.getFirst() instanceof Text;
    }

    /** The text at the beginning; empty if the content begins with another part. */
    public String lead() {
        return parts.getFirst() instanceof Text(String text) ? text : "";
    }

    /** The parts after {@link #lead}; null if there are none. */
    public List<Part> rest() {
        List<Part> rest = parts.getFirst() instanceof Text ? parts.subList(1, parts.size()) : parts;
        return rest.isEmpty() ? null : rest;
    }

    /** The files among the parts. */
    public List<Part.File> files() {
        return parts.stream()
                .filter(Part.File.class::isInstance)
                .map(Part.File.class::cast)
                .toList();
    }

    /** All texts, without placeholders for other parts: for searches, titles and previews. */
    public String text() {
        return text(parts);
    }

    static String text(List<Part> parts) {
        return parts.stream()
                .filter(part -> part instanceof Text)
                .map(Part::shown)
                .collect(Collectors.joining(BETWEEN));
    }

    /** Everything as text, with placeholders for other parts. */
    public String shown() {
        return parts.stream().map(Part::shown).collect(Collectors.joining(BETWEEN));
    }

    /** The size of all parts in bytes of UTF-8, for limits. */
    public int bytes() {
        return parts.stream().mapToInt(Part::bytes).reduce(0, Math::addExact);
    }

    /** Replaces all texts by one; the other parts follow it. */
    public Content withText(String text) {
        return of(text, parts.stream().filter(part -> !(part instanceof Text)).toList());
    }

    /** The same without characters that the log cannot store. */
    public Content wellFormed() {
        return new Content(parts.stream().map(Part::wellFormed).toList());
    }

    /**
     * Cuts the content and appends a note: texts are cut, other parts are kept completely or left out.
     *
     * @param bytesMax size of the result, including the note as far as it fits
     */
    public Content cutToBytes(int bytesMax, String note) {
        int room = Math.max(0, bytesMax - Texts.utf8Bytes(note));
        List<Part> kept = new ArrayList<>();
        for (Part part : parts) {
            Part cut = part instanceof Text(String text) ? new Text(Texts.cutToBytes(text, room)) : part;
            if (cut.bytes() > room) break;
            kept.add(cut);
            room -= cut.bytes();
            if (!cut.equals(part)) break;
        }
        boolean endsWithText = !kept.isEmpty() && kept.getLast() instanceof Text;
        String last = endsWithText ? ((Text) kept.removeLast()).text() : "";
        kept.add(new Text(last + note));
        return new Content(kept);
    }
}
