package io.reprise.session;

import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.EventStore;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stores growing texts of several sessions together: the appends of one turn of the event loop that consist of rows
 * only share a statement, which costs the database much less than one for each. Appends with other changes, such as
 * accepted messages, are sent alone and immediately. For one event loop.
 */
final class SharedAppends {
    /** A longer statement would keep the event loop and the appends behind it waiting. */
    private static final int CHARS_MAX = 1 << 20;

    private final EventStore store;
    private final Current<Integer> appendsMax;
    private final Consumer<Runnable> turnEnd;
    private List<Append> appends = new ArrayList<>();
    private List<Promise<AppendOutcome>> outcomes = new ArrayList<>();
    private long chars;
    private boolean scheduled;

    /**
     * @param appendsMax most appends in one statement
     * @param turnEnd runs a task when the event loop has handled what is waiting now
     */
    SharedAppends(EventStore store, Current<Integer> appendsMax, Consumer<Runnable> turnEnd) {
        this.store = store;
        this.appendsMax = appendsMax;
        this.turnEnd = turnEnd;
    }

    /** As {@link EventStore#append}. */
    Future<AppendOutcome> append(Append append) {
        if (!append.isRowsOnly()) return store.append(append);
        Promise<AppendOutcome> outcome = Promise.promise();
        appends.add(append);
        outcomes.add(outcome);
        for (var row : append.rows()) chars += row.size();
        if (appends.size() >= appendsMax.get() || chars >= CHARS_MAX) send();
        else schedule();
        return outcome.future();
    }

    private void schedule() {
        if (scheduled) return;
        scheduled = true;
        turnEnd.accept(() -> {
            scheduled = false;
            if (!appends.isEmpty()) send();
        });
    }

    private void send() {
        List<Promise<AppendOutcome>> asked = outcomes;
        List<Future<AppendOutcome>> answers = store.appendAll(appends);
        for (int i = 0; i < asked.size(); i++) answers.get(i).onComplete(asked.get(i));
        appends = new ArrayList<>();
        outcomes = new ArrayList<>();
        chars = 0;
    }
}
