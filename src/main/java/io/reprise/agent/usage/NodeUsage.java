package io.reprise.agent.usage;

import io.reprise.config.Settings;
import io.reprise.config.usage.BudgetSettings;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.SpentBudgets;
import io.reprise.history.usage.UsageLog;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** What models are used for on a node, and its budgets. */
public final class NodeUsage {
    private final Vertx vertx;
    private final Current<Settings> current;
    private final UsageBook book;
    private final Budgets budgets;
    private final SpentBudgets spent;
    private long timer;
    private volatile boolean closed;
    /** With which budgets it was read last who has spent theirs. */
    private volatile BudgetSettings readWith = BudgetSettings.NONE;

    public NodeUsage(
            Vertx vertx,
            UsageLog store,
            Current<Settings> current,
            IdSource ids,
            WallClock time,
            MonotonicClock clock,
            Metrics metrics) {
        this.vertx = vertx;
        this.current = current;
        this.spent = new SpentBudgets(time);
        this.book = new UsageBook(store, current.map(Settings::usage), time, metrics);
        this.budgets = new Budgets(book, current.map(Settings::budgets), ids, time, clock, this::tellSpent);
        vertx.eventBus().<NodeMessage.BudgetSpent>consumer(Addresses.BUDGETS, message -> {
            NodeMessage.BudgetSpent news = message.body();
            spent.put(news.user(), new Spent(news.tokens(), news.cost()));
        });
        flushLater();
    }

    private void tellSpent(String user, Spent sum) {
        spent.put(user, sum);
        vertx.eventBus().publish(Addresses.BUDGETS, new NodeMessage.BudgetSpent(user, sum.tokens(), sum.cost()));
    }

    private void flushLater() {
        if (closed) return;
        timer = vertx.setTimer(current.get().usage().flushMs(), due -> {
            // A flush that was under way may have set this timer while it was closed.
            if (!closed) book.flush().eventually(this::readSpent).onComplete(done -> flushLater());
        });
    }

    /**
     * Reads who has spent the budget of this day, if the budgets have changed since: what others have spent before this node
     * started, or while budgets were higher, was told to nobody. A failed future means that the database is away; it is tried
     * again with the next flush.
     */
    public Future<Void> readSpent() {
        BudgetSettings budgets = current.get().budgets();
        if (budgets.equals(readWith)) return Future.succeededFuture();
        if (!budgets.limitsUsers()) {
            readWith = budgets;
            return Future.succeededFuture();
        }
        return book.spentToday(budgets)
                .onSuccess(found -> {
                    found.forEach(spent::put);
                    readWith = budgets;
                })
                .mapEmpty();
    }

    public Spending spending() {
        return budgets;
    }

    /** Whether it is known that a user has spent the budget of this day. */
    public boolean isSpent(String user) {
        return spent.of(user)
                .filter(sum -> current.get().budgets().dayIsSpent(sum.tokens(), sum.cost()))
                .isPresent();
    }

    /** Records what still waits, unless the database is away. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        return book.flushAll();
    }
}
