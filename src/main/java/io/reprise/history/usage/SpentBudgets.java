package io.reprise.history.usage;

import io.reprise.support.WallClock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Users of whom this node knows what they have spent today, because their last call spent the rest of their budget or a model was not called for them any more. Commands for
 * them can be refused without a question to the database. Thread-safe.
 */
public final class SpentBudgets {
    /** More users are not remembered; their runs find out by themselves. */
    public static final int USERS_MAX = 100_000;

    private final WallClock time;
    private final Map<String, OfDay> byUser = new ConcurrentHashMap<>();

    private record OfDay(LocalDate day, Spent spent) {}

    public SpentBudgets(WallClock time) {
        this.time = time;
    }

    /** The day (UTC) for which budgets are counted now. */
    public static LocalDate day(WallClock time) {
        return Instant.ofEpochMilli(time.nowMs()).atZone(ZoneOffset.UTC).toLocalDate();
    }

    public void put(String user, Spent spent) {
        LocalDate today = day(time);
        if (byUser.size() >= USERS_MAX)
            byUser.values().removeIf(one -> !one.day().equals(today));
        if (byUser.size() < USERS_MAX) byUser.put(user, new OfDay(today, spent));
    }

    /** What the user has spent today at least; empty if that is not known. */
    public Optional<Spent> of(String user) {
        OfDay known = byUser.get(user);
        if (known == null) return Optional.empty();
        if (known.day().equals(day(time))) return Optional.of(known.spent());
        byUser.remove(user, known);
        return Optional.empty();
    }
}
