package io.reprise.agent.title;

import io.reprise.message.Json;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes markup from titles: Markdown, HTML, JSON. */
final class TitleMarkup {
    private static final Pattern FENCE = Pattern.compile("(?m)^\\s*(?:```|~~~).*$");
    private static final String STRING = "\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"";
    private static final Pattern NAMED = Pattern.compile("\"title\"\\s*:\\s*" + STRING, Pattern.CASE_INSENSITIVE);
    private static final Pattern ANY_MEMBER = Pattern.compile("[:\\[,]\\s*" + STRING);

    private static final Pattern UNSEEN =
            Pattern.compile("(?is)<!--.*?(?:-->|$)|<(script|style)\\b.*?(?:</\\1>|$)|<!doctype[^>]*>");
    private static final Pattern BREAK = Pattern.compile("(?i)<br\\s*/?>|</(?:p|div|h[1-6]|li|tr|title|head)>");
    private static final Pattern TAG =
            Pattern.compile("(?i)</?(?:a|abbr|b|big|blockquote|body|br|center|cite|code|dd|del"
                    + "|details|div|dl|dt|em|font|footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|li|main|mark|nav|ol|p|pre|q|s|samp"
                    + "|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|th|thead|title|tr|tt|u|ul|var)"
                    + "(?:\\s[^<>]*)?/?>");

    private static final Pattern BLOCK = Pattern.compile(
            "^(?:\\s*(?:#+(?=[\\s\\p{L}])|>|[-+*](?=\\s)(?:\\s+\\[[ xX]](?=\\s))?|\\d{1,2}[.)](?=\\s))){1,8}+");
    private static final Pattern RULE = Pattern.compile("^[-*_=|:\\s]{2,}$");
    private static final Pattern LINK =
            Pattern.compile("!?\\[([^\\[\\]]*)](?:\\([^()\\s]*(?:\\s[^()]*)?\\)|\\[[^\\[\\]]*])");
    private static final Pattern ADDRESS = Pattern.compile("<((?:https?|mailto):[^<>\\s]+)>");
    private static final Pattern CODE = Pattern.compile("(`{1,3})(?!`)(.+?)(?<!`)\\1(?!`)");
    private static final Pattern STARS = Pattern.compile("(\\*{1,3}|~~)(?=[^\\s*~])(.+?)(?<=[^\\s*~])\\1");
    private static final Pattern LOW =
            Pattern.compile("(?<![\\p{L}\\p{N}_])(_{1,3})(?=[^\\s_])(.+?)(?<=[^\\s_])\\1(?![\\p{L}\\p{N}_])");
    private static final Pattern LOOSE = Pattern.compile("^[*~`]+|(?:(?<=\\s)#+|[*~`]+)$");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([!-/:-@\\[-`{-~])");

    private TitleMarkup() {}

    /** Removes the lines that begin and end code blocks. */
    static String withoutFences(String text) {
        return FENCE.matcher(text).replaceAll("");
    }

    /** The title in a JSON text; empty if it contains none. A text that is not JSON is returned unchanged. */
    static String member(String text) {
        String json = withoutFences(text).strip();
        if (!json.startsWith("{") && !json.startsWith("[\"")) return text;
        Matcher named = NAMED.matcher(json);
        if (named.find()) return string(named.group(1));
        Matcher any = ANY_MEMBER.matcher(json);
        return any.find() ? string(any.group(1)) : "";
    }

    private static String string(String written) {
        try {
            return Json.parse("\"" + written + "\"", String.class);
        } catch (IllegalArgumentException e) {
            return written;
        }
    }

    /** Removes HTML tags; other text in angle brackets stays. */
    static String withoutTags(String text) {
        String seen = UNSEEN.matcher(text).replaceAll("");
        String plain = TAG.matcher(BREAK.matcher(seen).replaceAll("\n")).replaceAll("");
        return plain.replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&apos;", "'")
                .replace("&amp;", "&");
    }

    /** One line without Markdown syntax. */
    static String plain(String line) {
        if (RULE.matcher(line).matches()) return "";
        String text = BLOCK.matcher(line).replaceFirst("").strip();
        text = ADDRESS.matcher(LINK.matcher(text).replaceAll("$1")).replaceAll("$1");
        StringBuilder plain = new StringBuilder();
        Matcher code = CODE.matcher(text);
        int from = 0;
        while (code.find()) {
            plain.append(words(text.substring(from, code.start()))).append(code.group(2));
            from = code.end();
        }
        plain.append(words(text.substring(from)));
        return LOOSE.matcher(plain.toString().strip()).replaceAll("").strip();
    }

    private static String words(String text) {
        String left = text;
        for (int depth = 0; depth < 3; depth++) {
            left = LOW.matcher(STARS.matcher(left).replaceAll("$2")).replaceAll("$2");
        }
        return ESCAPE.matcher(left).replaceAll("$1");
    }
}
