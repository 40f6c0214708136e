package io.reprise.support;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Operations on text. The log cannot store U+0000 and unpaired surrogates, because PostgreSQL and UTF-8 cannot
 * represent them.
 */
public final class Texts {
    private static final char REPLACEMENT = '\uFFFD';

    private Texts() {}

    public static boolean isWellFormed(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) return false;
            if (Character.isSurrogate(c)) {
                if (!isPairAt(text, i)) return false;
                i++;
            }
        }
        return true;
    }

    /** The same text with U+FFFD in place of characters that the log cannot store. */
    public static String wellFormed(String text) {
        if (isWellFormed(text)) return text;
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPairAt(text, i)) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append(c == 0 || Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return out.toString();
    }

    /** The text cut to at most {@code bytesMax} bytes of UTF-8, never inside a character. */
    public static String cutToBytes(String text, int bytesMax) {
        if (text.length() <= bytesMax / 3) return text;
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > bytesMax) return text.substring(0, i);
            i += Character.charCount(point);
        }
        return text;
    }

    /** Normal form for comparisons: composed and in lower case, independent of the locale. */
    public static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    public static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean isPairAt(CharSequence text, int i) {
        return i + 1 < text.length()
                && Character.isHighSurrogate(text.charAt(i))
                && Character.isLowSurrogate(text.charAt(i + 1));
    }
}
