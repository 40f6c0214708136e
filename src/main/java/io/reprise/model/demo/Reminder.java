package io.reprise.model.demo;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recognises a simple request for a reminder: {@code remind me in 10 seconds to stretch}, {@code remind me to stretch
 * every hour}, {@code tomorrow at 9, remind me to call Ada}. The tool parses the words about time.
 */
record Reminder(String when, String text) {
    private static final String REMIND = "(?:please,? )?(?:can you |could you )?remind me";
    private static final String ABOUT = "(?:to|that|about|of)";
    private static final String WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
    private static final String MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \\d";
    private static final String TIME = "(?<when>(?:in (?:\\d|(?:an?|half|one|two|three|four|five|six|ten|twenty) )"
            + "|at (?:\\d|noon|midnight)|on (?:\\d|the \\d|" + WEEKDAY + "|" + MONTH + ")|" + WEEKDAY
            + "|(?:the day after )?tomorrow|today|tonight|this (?:morning|afternoon|evening)|next " + WEEKDAY
            + "|every|each|daily|hourly|right now|now|\\d{4}-\\d\\d-\\d\\d).*?)";

    private static final List<Pattern> FORMS = Stream.of(
                    REMIND + " " + TIME + ",? " + ABOUT + " (?<text>.+)",
                    REMIND + " " + ABOUT + " (?<text>.+?) " + TIME,
                    TIME + ",? " + REMIND + "(?: " + ABOUT + ")? (?<text>.+)")
            .map(form -> Pattern.compile(form, Pattern.CASE_INSENSITIVE | Pattern.DOTALL))
            .toList();

    /** A longer text is not a simple reminder. */
    private static final int CHARS_MAX = 1_000;

    private static final Pattern BLANK = Pattern.compile("\\s+");
    private static final Pattern END = Pattern.compile("[.!?]+$");

    static Optional<Reminder> find(String said) {
        if (said.length() > CHARS_MAX) return Optional.empty();
        String words = END.matcher(BLANK.matcher(said.strip()).replaceAll(" ")).replaceAll("");
        return FORMS.stream()
                .map(form -> form.matcher(words))
                .filter(Matcher::matches)
                .findFirst()
                .map(found -> new Reminder(found.group("when"), found.group("text")));
    }

    /** Arguments of the tool that schedules recalls, as JSON. */
    String arguments() {
        return "{\"text\":\"" + escaped(text) + "\",\"when\":\"" + escaped(when) + "\"}";
    }

    private static String escaped(String value) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(value));
    }
}
