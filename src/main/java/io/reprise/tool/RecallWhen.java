package io.reprise.tool;

import io.reprise.message.recall.RecallSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The arguments for the due time of a recall: exactly one of several fields. */
record RecallWhen(String when, String at, String in, String every, String cron, Boolean now, String zone) {
    /** Properties of a JSON Schema, without the enclosing braces. */
    static final String PROPERTIES = """
            "when":{"type":"string","description":"A time in plain English: \\"in 10 minutes\\", \\"tomorrow at 09:00\\", \
            \\"on Friday at 2pm\\", \\"every weekday at 9am\\"."},\
            "at":{"type":"string","description":"A date and time: 2026-12-01T09:00:00Z, or without an offset in the zone."},\
            "in":{"type":"string","description":"A duration from now: \\"10 seconds\\", \\"2 hours 30 minutes\\"."},\
            "every":{"type":"string","description":"Repeatedly, with this interval: \\"30 minutes\\"."},\
            "cron":{"type":"string","description":"Repeatedly: a cron expression of five fields (minute, hour, day of \
            the month, month, day of the week), such as 30 9 * * 1-5."},\
            "now":{"type":"boolean","description":"Immediately after this run ends."},\
            "zone":{"type":"string","description":"IANA time zone of the times above, such as Europe/Berlin; the default is \
            the user's."}""";

    private static final String FIELDS = "\"when\", \"at\", \"in\", \"every\", \"cron\" and \"now\"";

    /** A number without a unit; it means seconds. */
    private static final Pattern SECONDS = Pattern.compile("\\d+(?:\\.\\d+)?");

    private static final Pattern IN = Pattern.compile("(?i)in .*");
    private static final Pattern EVERY = Pattern.compile("(?i)(?:every|each) .*");

    /** These arguments, with {@code its} as zone unless a zone is given. {@code its} may be null. */
    RecallWhen in(String its) {
        return isGiven(zone) ? this : new RecallWhen(when, at, in, every, cron, now, its);
    }

    /** Null if no field is given. */
    RecallSchedule scheduleOrNull() {
        List<RecallSchedule> given = new ArrayList<>();
        if (isGiven(when)) given.add(natural(when));
        if (isGiven(at)) given.add(natural(at));
        if (isGiven(in)) given.add(natural(IN.matcher(in.strip()).matches() ? in : "in " + length(in)));
        if (isGiven(every))
            given.add(natural(EVERY.matcher(every.strip()).matches() ? every : "every " + length(every)));
        if (isGiven(cron)) given.add(RecallSchedule.cron(cron.strip(), zoneOrNull()));
        if (Boolean.TRUE.equals(now)) given.add(RecallSchedule.immediate().in(zoneOrNull()));
        if (given.size() > 1) throw new ToolFailure("Specify the time in one way only: " + FIELDS + ".");
        return given.isEmpty() ? null : given.getFirst();
    }

    RecallSchedule schedule() {
        RecallSchedule schedule = scheduleOrNull();
        if (schedule == null) throw new ToolFailure("Specify the time with one of " + FIELDS + ".");
        return schedule;
    }

    private RecallSchedule natural(String words) {
        return RecallSchedule.natural(words.strip(), zoneOrNull());
    }

    private String zoneOrNull() {
        return isGiven(zone) ? zone.strip() : null;
    }

    private static String length(String text) {
        return SECONDS.matcher(text.strip()).matches() ? text.strip() + " seconds" : text.strip();
    }

    private static boolean isGiven(String text) {
        return text != null && !text.isBlank();
    }
}
