package io.reprise.schedule;

/** Times in words: "in 10 minutes", "tomorrow at 09:00", "every day at 9". */
public final class NaturalTime {
    private NaturalTime() {}

    /**
     * The schedule that the words mean when they are said at {@code nowMs} in the zone: {@link Once}, {@link Interval} or
     * {@link Cron}.
     *
     * @param zone IANA name
     * @throws ScheduleException when the words or the zone are not understood
     */
    public static Schedule parse(String words, String zone, long nowMs) {
        throw new ScheduleException("This server does not understand times in words yet.");
    }
}
