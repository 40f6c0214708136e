package io.reprise.schedule;

/**
 * What somebody wants, in their words; exactly one of the first six says when.
 *
 * @param at a time, RFC 3339, or without an offset in the zone
 * @param in a length of time from now, such as {@code 10 seconds}, {@code 2h 30m} or {@code PT10S}
 * @param every a length of time, as for {@code in}
 * @param cron an expression of five fields
 * @param when in plain English, such as {@code tomorrow at 09:00} or {@code every weekday at 9am}
 * @param now at once; null and false are the same
 * @param zone an IANA name; null: the planner's
 */
public record Wish(String at, String in, String every, String cron, String when, Boolean now, String zone) {
    public static Wish at(String at) {
        return new Wish(at, null, null, null, null, null, null);
    }

    public static Wish in(String in) {
        return new Wish(null, in, null, null, null, null, null);
    }

    public static Wish every(String every) {
        return new Wish(null, null, every, null, null, null, null);
    }

    public static Wish cron(String cron, String zone) {
        return new Wish(null, null, null, cron, null, null, zone);
    }

    public static Wish when(String when, String zone) {
        return new Wish(null, null, null, null, when, null, zone);
    }

    public static Wish immediately() {
        return new Wish(null, null, null, null, null, true, null);
    }

    /** The same in another zone. */
    public Wish inZone(String name) {
        return new Wish(at, in, every, cron, when, now, name);
    }
}
