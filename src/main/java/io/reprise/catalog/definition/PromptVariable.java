package io.reprise.catalog.definition;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A variable in the text of a prompt, written as <code>{{date}}</code>. With a backslash before it, <code>\{{date}}</code>
 * is the text <code>{{date}}</code>. All other braces are plain text.
 */
public enum PromptVariable {
    /** Such as {@code Sunday, 29 November 2026}. */
    DATE,
    /**
     * Such as {@code 14:45}, rounded down to a quarter of an hour: providers keep the beginning of a request for the next
     * one only if it does not change.
     */
    TIME,
    /** The IANA name of the person's time zone. */
    ZONE,
    /** Such as {@code November 2026}. */
    MONTH,
    MODEL,
    USER,
    /** The names of the tools, separated by commas. */
    TOOLS,
    AGENT;

    private static final Pattern USE = Pattern.compile("(\\\\?)\\{\\{\\s*([A-Za-z][A-Za-z0-9_]*)\\s*}}");
    private static final int MINUTES = 15;
    private static final int USER_CHARACTERS_MAX = 100;

    /** The name between the braces. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<PromptVariable> of(String word) {
        return Arrays.stream(values())
                .filter(variable -> variable.word().equals(word))
                .findFirst();
    }

    /** All variables as they are written in prompts. */
    public static String all() {
        return Arrays.stream(values())
                .map(variable -> "{{" + variable.word() + "}}")
                .collect(Collectors.joining(", "));
    }

    /** The names of variables in this text that do not exist. */
    public static List<String> unknownIn(String text) {
        return USE.matcher(text)
                .results()
                .filter(use -> use.group(1).isEmpty() && of(use.group(2)).isEmpty())
                .map(use -> use.group(2))
                .distinct()
                .toList();
    }

    /**
     * What variables stand for.
     *
     * @param now in the time zone of the person
     * @param agent its title
     * @param model its title, or the provider's name for it
     * @param tools names of tools that the agent may use
     */
    public record Values(ZonedDateTime now, String agent, String model, String user, List<String> tools) {
        public Values {
            tools = List.copyOf(tools);
        }

        /** @param zone of the person */
        public static Values at(long nowMs, ZoneId zone, String agent, String model, String user, List<String> tools) {
            return new Values(Instant.ofEpochMilli(nowMs).atZone(zone), agent, model, user, tools);
        }
    }

    /** The text with the values of its variables. Variables that do not exist stay as they are. */
    public static String fill(String text, Values values) {
        return USE.matcher(text).replaceAll(use -> Matcher.quoteReplacement(filled(use.group(), values)));
    }

    /** As above, but empty if the result has more than so many bytes. */
    public static Optional<String> fill(String text, Values values, int bytesMax) {
        StringBuilder filled = new StringBuilder();
        Matcher uses = USE.matcher(text);
        while (uses.find()) {
            uses.appendReplacement(filled, Matcher.quoteReplacement(filled(uses.group(), values)));
            if (filled.length() > bytesMax) return Optional.empty();
        }
        String whole = uses.appendTail(filled).toString();
        return whole.getBytes(StandardCharsets.UTF_8).length <= bytesMax ? Optional.of(whole) : Optional.empty();
    }

    private static String filled(String use, Values values) {
        if (use.startsWith("\\")) return use.substring(1);
        return of(use.substring(2, use.length() - 2).strip())
                .map(variable -> variable.value(values))
                .orElse(use);
    }

    private String value(Values values) {
        ZonedDateTime now = values.now();
        return switch (this) {
            case DATE -> written(now, "EEEE, d MMMM uuuu");
            case TIME -> rounded(now.toLocalTime()).toString();
            case ZONE -> now.getZone().getId();
            case MONTH -> written(now, "MMMM uuuu");
            case MODEL -> values.model();
            case USER -> oneLine(values.user());
            case TOOLS -> String.join(", ", values.tools());
            case AGENT -> values.agent();
        };
    }

    private static String written(ZonedDateTime now, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
    }

    private static LocalTime rounded(LocalTime time) {
        return time.truncatedTo(ChronoUnit.HOURS).plusMinutes(time.getMinute() / MINUTES * MINUTES);
    }

    /** Names of people come from outside and must not look like other parts of the prompt. */
    private static String oneLine(String name) {
        String line = name.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]+", " ");
        return line.length() <= USER_CHARACTERS_MAX ? line : line.substring(0, USER_CHARACTERS_MAX);
    }
}
