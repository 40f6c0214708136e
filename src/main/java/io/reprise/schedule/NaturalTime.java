package io.reprise.schedule;

import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses times in plain English with a small, exact grammar. Unknown and ambiguous phrases are refused. */
public final class NaturalTime {
    private static final int CHARS_MAX = 200;
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,]+");
    private static final Pattern END = Pattern.compile("[ .!?]+$");
    private static final Pattern NOW = Pattern.compile("(?:right )?now|immediately|at once");
    private static final Pattern DELAY = Pattern.compile("in (?<length>.+)|(?<same>.+) from now");
    private static final Pattern ZONED =
            Pattern.compile("(?<time>.+?) (?:in )?\\(?(?<zone>[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT)\\)?");
    private static final String HELP =
            "This time is not understood. Examples: \"in 10 minutes\", \"tomorrow at 09:00\", \"today at 5pm\","
                    + " \"on Friday at 14:00\", \"2026-12-01 09:00\", \"every 30 minutes\", \"every weekday at 9am\".";

    private NaturalTime() {}

    /**
     * The schedule that the words mean at {@code nowMs} in the zone: {@link Once}, {@link Interval}, {@link Cron} or
     * {@link Immediate}. A single time may be in the past.
     *
     * @param zone IANA name; a zone in the words takes precedence
     * @throws ScheduleException if the words or the zone are not understood
     */
    public static Schedule parse(String words, String zone, long nowMs) {
        if (words.length() > CHARS_MAX) {
            throw new ScheduleException("A time must have at most " + CHARS_MAX + " characters.");
        }
        String said = BETWEEN_WORDS.matcher(words.strip()).replaceAll(" ");
        said = END.matcher(said).replaceAll("");
        Matcher zoned = ZONED.matcher(said);
        return zoned.matches()
                ? readIn(Zones.of(zoned.group("zone")), zoned.group("time"), nowMs)
                : readIn(Zones.of(zone), said, nowMs);
    }

    private static Schedule readIn(ZoneId zone, String said, long nowMs) {
        Optional<Long> iso = IsoTime.find(said, zone, nowMs);
        if (iso.isPresent()) return new Once(iso.get());
        String words = said.toLowerCase(Locale.ROOT);
        if (NOW.matcher(words).matches()) return new Immediate();
        Matcher delay = DELAY.matcher(words);
        if (delay.matches()) {
            String length = delay.group("length") == null ? delay.group("same") : delay.group("length");
            return new Once(nowMs + Amount.readMs(length));
        }
        return NaturalRepeat.find(words, zone)
                .or(() -> NaturalDay.find(words, zone, nowMs).map(Once::new))
                .orElseThrow(() -> new ScheduleException(HELP));
    }
}
