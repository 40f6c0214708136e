package io.reprise.history.usage;

import io.reprise.support.Page;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.LocalDate;

/** Port: reads what calls of models have used. A failed future means that the store is unavailable. */
public interface UsageDirectory {
    /** What to put together in one row. */
    enum Group {
        DAY,
        USER,
        MODEL,
        AGENT,
        PURPOSE
    }

    /**
     * Which calls to count.
     *
     * @param from first day (UTC)
     * @param to last day
     * @param user null for all users; likewise {@code model} and {@code agent}
     */
    record Filter(LocalDate from, LocalDate to, String user, String model, String agent) {}

    /**
     * Calls that belong together.
     *
     * @param key the day, the user, {@code provider/model} or the agent; empty for the default agent
     * @param estimated calls whose tokens are estimated
     * @param unpriced calls of models without prices, which {@code cost} does not contain
     */
    record Total(
            String key,
            long calls,
            long input,
            long cachedInput,
            long cacheWrite,
            long output,
            long reasoning,
            long estimated,
            long unpriced,
            BigDecimal cost) {}

    /**
     * Days in order, everything else by tokens, the most first. Fails with {@link IllegalArgumentException} if the cursor is not from a page of
     * such a list, like {@link #ofSession(String, String, String, int)}.
     *
     * @param cursor of the page before, or null
     */
    Future<Page<Total>> totals(Filter filter, Group group, String cursor, int limit);

    /**
     * The calls of a session by run and model, in the order of the runs; the key of a row is the run.
     *
     * @param run null for all runs
     * @param cursor of the page before, or null
     */
    Future<Page<OfRun>> ofSession(String session, String run, String cursor, int limit);

    /** What one model has used in one run, whose first call of it was at {@code atMs}. */
    record OfRun(String run, String provider, String model, long atMs, Total total) {}

    /** All calls of a session together. */
    Future<OfSession> ofSession(String session);

    /**
     * What a session has used, and how full the context of its model was.
     *
     * @param usedTokens of the context after the newest answer; null if there was none
     * @param largestTokens where it was largest; null if there was none
     * @param maxTokens the size of the context of the newest answer's model; null if it is not known
     */
    record OfSession(Total total, Long usedTokens, Long largestTokens, Long maxTokens) {
        public static final OfSession NOTHING =
                new OfSession(new Total("", 0, 0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO), null, null, null);
    }
}
