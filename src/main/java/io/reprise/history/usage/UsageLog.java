package io.reprise.history.usage;

import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Port: records what calls of models have used. A failed future means that the store is unavailable. */
public interface UsageLog {
    /** Records calls; those that are recorded already are left out. All of them or none. */
    Future<Void> record(List<ModelUse> uses);

    /** What a user has spent on a day (UTC), also in sessions that were deleted since. */
    Future<Spent> spent(String user, LocalDate day);

    /**
     * Users who have spent so much on a day (UTC), in no particular order.
     *
     * @param tokens 0: tokens do not matter
     * @param cost null: costs do not matter
     * @param limit most users of the answer
     */
    Future<Map<String, Spent>> spentAtLeast(LocalDate day, long tokens, BigDecimal cost, int limit);
}
