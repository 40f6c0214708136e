package io.reprise.agent.usage;

import io.reprise.agent.progress.UsageMeter;
import io.reprise.config.usage.BudgetSettings;
import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.SpentBudgets;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The budgets of runs and of users. What a user has spent today is read from the store, where deleted sessions still
 * count, at most every few seconds for each user; calls of this node are added at once. Thread-safe.
 */
public final class Budgets implements Spending {
    private static final Logger log = LoggerFactory.getLogger(Budgets.class);

    /** For so long what other nodes spend may be unknown. */
    private static final long KNOWN_MS = 5_000;

    /** Longest wait for the store; without an answer a call is allowed if what is known allows it. */
    private static final long ANSWER_MS = 2_000;

    private static final int USERS_MAX = 10_000;

    private final UsageBook book;
    private final Current<BudgetSettings> settings;
    private final IdSource ids;
    private final WallClock time;
    private final MonotonicClock clock;
    private final BiConsumer<String, Spent> spentAll;
    private final Map<String, Known> byUser = new ConcurrentHashMap<>();

    /** What a user has spent on a day, and when it was read. */
    private record Known(LocalDate day, Spent spent, long readMs) {}

    /** @param spentAll told of users who have spent their budget of the day */
    public Budgets(
            UsageBook book,
            Current<BudgetSettings> settings,
            IdSource ids,
            WallClock time,
            MonotonicClock clock,
            BiConsumer<String, Spent> spentAll) {
        this.book = book;
        this.settings = settings;
        this.ids = ids;
        this.time = time;
        this.clock = clock;
        this.spentAll = spentAll;
    }

    @Override
    public void used(ModelUse ended) {
        ModelUse use = ended.recorded(ids.next("u_"), time.nowMs());
        book.add(use);
        LocalDate today = SpentBudgets.day(time);
        byUser.computeIfPresent(
                use.user(),
                (user, known) -> known.day().equals(today)
                        ? new Known(today, known.spent().plus(use), known.readMs())
                        : null);
    }

    @Override
    public void check(String user, UsageMeter run) throws InterruptedException {
        BudgetSettings budgets = settings.get();
        if (budgets.runHasSpent(run.tokens(), run.cost())) {
            throw new SpentException("The run has used up its budget.");
        }
        if (!budgets.limitsUsers()) return;
        Spent spent = spentToday(user);
        if (!budgets.dayIsSpent(spent.tokens(), spent.cost())) return;
        spentAll.accept(user, spent);
        throw new SpentException(Failure.budgetOfDay().message());
    }

    private Spent spentToday(String user) throws InterruptedException {
        LocalDate today = SpentBudgets.day(time);
        Known known = byUser.get(user);
        boolean isNew = known != null && known.day().equals(today) && clock.elapsedMs() - known.readMs() < KNOWN_MS;
        if (isNew) return known.spent();
        try {
            Spent read = book.spentToday(user)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(ANSWER_MS, TimeUnit.MILLISECONDS);
            if (byUser.size() >= USERS_MAX) byUser.clear();
            byUser.put(user, new Known(today, read, clock.elapsedMs()));
            return read;
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn()
                    .addKeyValue("user", user)
                    .addKeyValue("cause", String.valueOf(e.getCause()))
                    .log("what the user has spent today could not be read");
            return known == null || !known.day().equals(today) ? Spent.NOTHING : known.spent();
        }
    }
}
