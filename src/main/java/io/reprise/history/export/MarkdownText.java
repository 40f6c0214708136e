package io.reprise.history.export;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Escapes arbitrary text for Markdown, so that it cannot affect the surrounding document. */
final class MarkdownText {
    private static final int FENCE_MIN = 3;
    private static final Pattern FENCE = Pattern.compile("^ {0,3}(`{3,}|~{3,})(.*)$");
    private static final Pattern LINE_ENDS = Pattern.compile("\r\n?|[\u2028\u2029]");
    private static final Pattern TAG = Pattern.compile("<(?=[A-Za-z/!?])");
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_{}\\[\\]<>#|~&!]");
    private static final Pattern TICKS = Pattern.compile("`+");

    private MarkdownText() {}

    /** Keeps Markdown text as it is, but closes its code blocks and escapes its HTML. */
    static String contained(String text) {
        StringBuilder out = new StringBuilder(text.length() + 64);
        StringBuilder prose = new StringBuilder();
        String fence = null;
        for (String line : lines(text).split("\n", -1)) {
            Matcher mark = FENCE.matcher(line);
            boolean isMark = mark.matches();
            if (fence != null) {
                out.append(line).append('\n');
                if (isMark && closes(fence, mark)) fence = null;
            } else if (isMark && opens(mark)) {
                flush(prose, out);
                fence = mark.group(1);
                out.append(line).append('\n');
            } else {
                prose.append(line).append('\n');
            }
        }
        flush(prose, out);
        if (fence != null) out.append(fence).append('\n');
        return out.toString().strip();
    }

    /** A code block around a text that may itself contain fences of any length. */
    static String fenced(String language, String text) {
        int longest = FENCE_MIN - 1;
        Matcher ticks = TICKS.matcher(text);
        while (ticks.find()) longest = Math.max(longest, ticks.end() - ticks.start());
        String fence = "`".repeat(longest + 1);
        String body = lines(text);
        return fence + language + "\n" + body + (body.endsWith("\n") || body.isEmpty() ? "" : "\n") + fence;
    }

    /** A name within a line, with all markup escaped. */
    static String inline(String text) {
        String line = lines(text).replaceAll("\\s+", " ").strip();
        return SPECIAL.matcher(line).replaceAll("\\\\$0");
    }

    /** A name within HTML, escaped. */
    static String html(String text) {
        String line = lines(text).replaceAll("\\s+", " ").strip();
        return line.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String lines(String text) {
        return LINE_ENDS.matcher(text).replaceAll("\n");
    }

    /** Whether a line opens a code block: the info string of a fence of backticks contains no backtick. */
    private static boolean opens(Matcher mark) {
        return mark.group(1).charAt(0) == '~' || mark.group(2).indexOf('`') < 0;
    }

    private static boolean closes(String fence, Matcher mark) {
        String own = mark.group(1);
        return own.charAt(0) == fence.charAt(0)
                && own.length() >= fence.length()
                && mark.group(2).isBlank();
    }

    /**
     * Escapes tags outside of code. Code extends from a run of backticks to the next run of the same length, within a
     * paragraph.
     */
    private static void flush(StringBuilder prose, StringBuilder out) {
        String text = prose.toString();
        prose.setLength(0);
        int at = 0;
        Matcher ticks = TICKS.matcher(text);
        while (ticks.find(at)) {
            int end = endOfCode(text, ticks.group(), ticks.end());
            out.append(withoutTags(text.substring(at, end < 0 ? ticks.end() : ticks.start())));
            if (end >= 0) out.append(text, ticks.start(), end);
            at = end < 0 ? ticks.end() : end;
        }
        out.append(withoutTags(text.substring(at)));
    }

    private static int endOfCode(String text, String run, int from) {
        int paragraph = text.indexOf("\n\n", from);
        Matcher ticks = TICKS.matcher(text).region(from, paragraph < 0 ? text.length() : paragraph);
        while (ticks.find()) {
            if (ticks.group().equals(run)) return ticks.end();
        }
        return -1;
    }

    private static String withoutTags(String text) {
        return TAG.matcher(text).replaceAll("&lt;");
    }
}
