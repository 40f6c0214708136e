package io.reprise.support;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks whether a text is exactly one JSON object that every parser reads in the same way (RFC 7493, I-JSON): no
 * duplicate names in an object, no unpaired surrogates, no numbers outside the range of a double. In addition it allows
 * no U+0000, which the log cannot store, and limits the nesting and the length to what common parsers accept.
 */
final class JsonCheck {
    private static final int DEPTH_MAX = 64;
    private static final int NAME_CHARS_MAX = 1_000;
    private static final int NUMBER_CHARS_MAX = 1_000;
    private static final int TOLD_CHARS_MAX = 40;
    private static final String ENDS_EARLY = "it is incomplete";
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

    private final String text;
    private int at;
    private String fault;

    private JsonCheck(String text) {
        this.text = text;
    }

    /** Describes the error; empty if the text is an object. Linear in the length of the text. */
    static Optional<String> faultOf(String text) {
        JsonCheck check = new JsonCheck(text);
        if (check.isWhole()) return Optional.empty();
        return Optional.of(check.fault);
    }

    private boolean isWhole() {
        skipBlanks();
        if (!isNext('{')) return fail("it does not start with {");
        if (!object(1)) return false;
        skipBlanks();
        return at == text.length() || fail("there is text after the object");
    }

    private boolean value(int depth) {
        skipBlanks();
        if (at == text.length()) return fail(ENDS_EARLY);
        return switch (text.charAt(at)) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> string() != null;
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean object(int depth) {
        if (depth > DEPTH_MAX) return tooDeep();
        at++;
        if (closes('}')) return true;
        Set<String> names = new HashSet<>();
        do {
            skipBlanks();
            if (!isNext('"')) return unexpected();
            String name = string();
            if (name == null) return false;
            if (name.length() > NAME_CHARS_MAX) return fail("a name is too long");
            if (!names.add(name)) return fail("the name \"" + beginning(name) + "\" occurs twice");
            skipBlanks();
            if (!isNext(':')) return unexpected();
            at++;
            if (!value(depth)) return false;
        } while (goesOn());
        return closes('}') || unexpected();
    }

    private boolean array(int depth) {
        if (depth > DEPTH_MAX) return tooDeep();
        at++;
        if (closes(']')) return true;
        do {
            if (!value(depth)) return false;
        } while (goesOn());
        return closes(']') || unexpected();
    }

    /** Parses a string; null if it is invalid. */
    private String string() {
        StringBuilder written = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                if (Texts.isWellFormed(written)) return written.toString();
                fail("a string contains U+0000 or an unpaired surrogate");
                return null;
            }
            if (c < ' ' || c == '\\' && !escape(written)) {
                unexpected();
                return null;
            }
            if (c != '\\') written.append(c);
        }
        fail(ENDS_EARLY);
        return null;
    }

    /** Parses an escape sequence: starts at the backslash, ends at the last character of the sequence. */
    private boolean escape(StringBuilder written) {
        if (++at == text.length()) return false;
        char c = text.charAt(at);
        int simple = "\"\\/bfnrt".indexOf(c);
        if (simple >= 0) {
            written.append("\"\\/\b\f\n\r\t".charAt(simple));
            return true;
        }
        if (c != 'u' || at + 4 >= text.length()) return false;
        int code = 0;
        for (int i = 1; i <= 4; i++) {
            char digit = text.charAt(at + i);
            if (digit > 'f' || Character.digit(digit, 16) < 0) return false;
            code = code * 16 + Character.digit(digit, 16);
        }
        written.append((char) code);
        at += 4;
        return true;
    }

    private boolean number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) return unexpected();
        at = number.end();
        if (number.end() - number.start() > NUMBER_CHARS_MAX) return fail("a number is too long");
        return !Double.isInfinite(Double.parseDouble(number.group())) || fail("a number is too large");
    }

    private boolean word(String word) {
        if (!text.startsWith(word, at)) return unexpected();
        at += word.length();
        return true;
    }

    private boolean goesOn() {
        skipBlanks();
        if (!isNext(',')) return false;
        at++;
        return true;
    }

    private boolean closes(char bracket) {
        skipBlanks();
        if (!isNext(bracket)) return false;
        at++;
        return true;
    }

    private boolean isNext(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private boolean tooDeep() {
        return fail("it is nested deeper than " + DEPTH_MAX);
    }

    private boolean unexpected() {
        if (at >= text.length()) return fail(ENDS_EARLY);
        return fail("its character " + (at + 1) + " is not allowed here");
    }

    private boolean fail(String why) {
        if (fault == null) fault = why;
        return false;
    }

    private static String beginning(String name) {
        return Texts.cutToBytes(name, TOLD_CHARS_MAX);
    }
}
