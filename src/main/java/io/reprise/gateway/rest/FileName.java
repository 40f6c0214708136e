package io.reprise.gateway.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Creates the file name of a download from any text (RFC 6266), with a fallback for clients that only support ASCII.
 */
public final class FileName {
    private static final int CHARS_MAX = 60;
    private static final Pattern NO_NAME = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern NO_ASCII = Pattern.compile("[^A-Za-z0-9]+");
    private static final Pattern EDGES = Pattern.compile("^-+|-+$");

    private FileName() {}

    /** The value of {@code Content-Disposition}. */
    public static String disposition(String text, String ending) {
        String name = shortened(words(Normalizer.normalize(text, Normalizer.Form.NFC), NO_NAME));
        String plain = words(Normalizer.normalize(name, Normalizer.Form.NFKD).replaceAll("\\p{M}+", ""), NO_ASCII);
        return "attachment; filename=\"" + or(plain) + "." + ending + "\"; filename*=UTF-8''"
                + URLEncoder.encode(or(name) + "." + ending, StandardCharsets.UTF_8);
    }

    /** The value of {@code Content-Disposition} for a name that has only characters of ASCII that need no quoting. */
    public static String exactly(String name) {
        return "attachment; filename=\"" + name + "\"";
    }

    /**
     * As above, for a name that was given to a file.
     *
     * @param inline whether a browser may show the file
     */
    public static String disposition(boolean inline, String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .replaceAll("[^A-Za-z0-9._ ()-]+", "_");
        return (inline ? "inline" : "attachment") + "; filename=\"" + plain + "\"; filename*=UTF-8''"
                + URLEncoder.encode(name, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("*", "%2A");
    }

    private static String words(String text, Pattern others) {
        return EDGES.matcher(others.matcher(text).replaceAll("-")).replaceAll("");
    }

    private static String shortened(String name) {
        if (name.length() <= CHARS_MAX) return name;
        int end = Character.isHighSurrogate(name.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX;
        return EDGES.matcher(name.substring(0, end)).replaceAll("");
    }

    private static String or(String name) {
        return name.isEmpty() ? "conversation" : name;
    }
}
