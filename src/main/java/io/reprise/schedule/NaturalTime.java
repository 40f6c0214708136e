package io.reprise.schedule;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times in plain English. A small grammar that knows exactly what it means: what it does not understand, and what could
 * mean two things, is refused.
 */
final class NaturalTime {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,]+");
    private static final Pattern END = Pattern.compile("[ .!?]+$");
    private static final Pattern NOW = Pattern.compile("(?:right )?now|immediately|at once");
    private static final Pattern DELAY = Pattern.compile("in (?<length>.+)|(?<same>.+) from now");
    private static final Pattern ZONED =
            Pattern.compile("(?<time>.+?) (?:in )?\\(?(?<zone>[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT)\\)?");
    private static final String HELP =
            "This time is not understood. These would be: \"in 10 minutes\", \"tomorrow at 09:00\", \"today at 5pm\","
                    + " \"on Friday at 14:00\", \"2026-12-01 09:00\", \"every 30 minutes\", \"every weekday at 9am\".";

    private NaturalTime() {}

    /** @throws IllegalArgumentException with a text that is safe to show */
    static Schedule read(String text, ZoneId zone, long nowMs) {
        String said = BETWEEN_WORDS.matcher(text.strip()).replaceAll(" ");
        said = END.matcher(said).replaceAll("");
        Matcher zoned = ZONED.matcher(said);
        return zoned.matches()
                ? readIn(Zones.of(zoned.group("zone")), zoned.group("time"), nowMs)
                : readIn(zone, said, nowMs);
    }

    private static Schedule readIn(ZoneId zone, String said, long nowMs) {
        Optional<Long> iso = IsoTime.find(said, zone, nowMs);
        if (iso.isPresent()) return new Schedule.Once(iso.get());
        String words = said.toLowerCase(Locale.ROOT);
        if (NOW.matcher(words).matches()) return new Schedule.Immediate();
        Matcher delay = DELAY.matcher(words);
        if (delay.matches()) {
            String length = delay.group("length") == null ? delay.group("same") : delay.group("length");
            return new Schedule.Once(nowMs + Amount.readMs(length));
        }
        return NaturalRepeat.find(words, zone)
                .or(() -> NaturalDay.find(words, zone, nowMs).map(Schedule.Once::new))
                .orElseThrow(() -> new IllegalArgumentException(HELP));
    }
}
