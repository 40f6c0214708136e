package io.reprise.agent.usage;

import io.reprise.config.Settings;
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
            if (!closed) book.flush().onComplete(done -> flushLater());
        });
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
