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
        Known known = byUser.computeIfPresent(
                use.user(),
                (user, before) -> before.day().equals(today)
                        ? new Known(today, before.spent().plus(use), before.readMs())
                        : null);
        if (!settings.get().limitsUsers()) return;
        // At once, so that the next message is refused, and not only the run that it would start.
        if (known != null && tellIfSpent(use.user(), known.spent())) return;
        if (!isNew(known, today)) readAgain(use.user(), today);
    }

    /** Other nodes may have spent the rest. */
    private void readAgain(String user, LocalDate today) {
        book.spentToday(user).onSuccess(read -> {
            remember(user, today, read);
            tellIfSpent(user, read);
        });
    }

    private boolean tellIfSpent(String user, Spent spent) {
        boolean isSpent = settings.get().dayIsSpent(spent.tokens(), spent.cost());
        if (isSpent) spentAll.accept(user, spent);
        return isSpent;
    }

    @Override
    public void check(String user, UsageMeter run) throws InterruptedException {
        BudgetSettings budgets = settings.get();
        if (budgets.runHasSpent(run.tokens(), run.cost())) {
            throw new SpentException("The run has used up its budget.");
        }
        if (!budgets.limitsUsers()) return;
        if (tellIfSpent(user, spentToday(user)))
            throw new SpentException(Failure.budgetOfDay().message());
    }

    private Spent spentToday(String user) throws InterruptedException {
        LocalDate today = SpentBudgets.day(time);
        Known known = byUser.get(user);
        if (isNew(known, today)) return known.spent();
        try {
            Spent read = book.spentToday(user)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(ANSWER_MS, TimeUnit.MILLISECONDS);
            remember(user, today, read);
            return read;
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn()
                    .addKeyValue("user", user)
                    .addKeyValue("cause", String.valueOf(e.getCause()))
                    .log("what the user has spent today could not be read");
            return known == null || !known.day().equals(today) ? Spent.NOTHING : known.spent();
        }
    }

    private boolean isNew(Known known, LocalDate today) {
        return known != null && known.day().equals(today) && clock.elapsedMs() - known.readMs() < KNOWN_MS;
    }

    private void remember(String user, LocalDate today, Spent read) {
        if (byUser.size() >= USERS_MAX) byUser.clear();
        byUser.put(user, new Known(today, read, clock.elapsedMs()));
    }
}
