package io.reprise.agent.usage;

import io.reprise.config.usage.BudgetSettings;
import io.reprise.config.usage.UsageSettings;
import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.SpentBudgets;
import io.reprise.history.usage.UsageLog;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of models of a node that still have to be recorded. They are recorded many at a time, and wait while the
 * database is away. Thread-safe.
 */
public final class UsageBook {
    private static final Logger log = LoggerFactory.getLogger(UsageBook.class);

    /** Calls in one statement. */
    private static final int BATCH = 500;

    private final UsageLog store;
    private final Current<UsageSettings> settings;
    private final WallClock time;
    private final Metrics metrics;
    private final Deque<ModelUse> waiting = new ArrayDeque<>();
    private Future<Void> recording = Future.succeededFuture();
    private boolean isAway;

    public UsageBook(UsageLog store, Current<UsageSettings> settings, WallClock time, Metrics metrics) {
        this.store = store;
        this.settings = settings;
        this.time = time;
        this.metrics = metrics;
    }

    public synchronized void add(ModelUse use) {
        waiting.addLast(use);
        if (waiting.size() <= settings.get().waitingMax()) return;
        waiting.removeFirst();
        metrics.usageLost();
    }

    /** Records what waits. What could not be recorded waits for the next call. */
    public synchronized Future<Void> flush() {
        if (!recording.isComplete()) return recording;
        List<ModelUse> batch = new ArrayList<>();
        for (ModelUse use : waiting) {
            if (batch.size() == BATCH) break;
            batch.add(use);
        }
        if (batch.isEmpty()) return Future.succeededFuture();
        recording = store.record(batch).onSuccess(done -> recorded(batch)).onFailure(this::tellAway);
        return recording;
    }

    private synchronized void tellAway(Throwable cause) {
        if (isAway) return;
        isAway = true;
        log.atWarn()
                .addKeyValue("calls", waiting.size())
                .addKeyValue("cause", cause.toString())
                .log("the use of models cannot be recorded; it is tried again");
    }

    private synchronized void recorded(List<ModelUse> batch) {
        isAway = false;
        batch.forEach(waiting::remove);
    }

    /** Records everything that waits, unless the database is away. */
    public Future<Void> flushAll() {
        return flush().compose(done -> isEmpty() ? Future.succeededFuture() : flushAll());
    }

    private synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** What a user has spent today (UTC), with what still waits to be recorded. */
    Future<Spent> spentToday(String user) {
        LocalDate today = SpentBudgets.day(time);
        return store.spent(user, today).map(spent -> plusWaiting(spent, user));
    }

    /** Users who have spent the budget of this day (UTC), as far as it is recorded. */
    Future<Map<String, Spent>> spentToday(BudgetSettings budgets) {
        return store.spentAtLeast(
                SpentBudgets.day(time),
                budgets.userDayTokens(),
                budgets.userDayCost().orElse(null),
                SpentBudgets.USERS_MAX);
    }

    private synchronized Spent plusWaiting(Spent spent, String user) {
        Spent sum = spent;
        for (ModelUse use : waiting) if (use.user().equals(user)) sum = sum.plus(use);
        return sum;
    }
}
