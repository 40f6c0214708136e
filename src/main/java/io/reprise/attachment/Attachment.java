package io.reprise.attachment;

/**
 * A file that was uploaded to a session.
 *
 * @param name as its owner calls it; without folders and control characters
 * @param width in pixels, upright; null unless it is an image
 */
public record Attachment(String id, String name, FileType type, long bytes, Integer width, Integer height) {
    /** The longest name, in UTF-16 units. */
    public static final int NAME_CHARS_MAX = 200;

    /** A name without folders, control characters and what turns the direction of text; empty if nothing is left. */
    public static String cleanName(String given) {
        String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        String clean = last.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "").strip();
        if (clean.length() <= NAME_CHARS_MAX) return clean;
        int end = Character.isHighSurrogate(clean.charAt(NAME_CHARS_MAX - 1)) ? NAME_CHARS_MAX - 1 : NAME_CHARS_MAX;
        return clean.substring(0, end);
    }
}
