package io.reprise.agent.subagent;

import io.reprise.agent.link.RunEvents;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.OpenItems;
import io.reprise.support.IdSource;
import io.reprise.support.StopSignal.StoppedException;
import java.util.concurrent.locks.ReentrantLock;

/** The events of a sub-agent, marked as its own among those of its run. Thread-safe. */
public final class SubagentEvents implements RunEvents {
    private final String id;
    private final RunEvents run;
    private final IdSource ids;
    private final OpenItems open = new OpenItems();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /** @param run of the run itself */
    public SubagentEvents(String id, RunEvents run, IdSource ids) {
        this.id = id;
        this.run = run;
        this.ids = ids;
    }

    @Override
    public void emit(LogEvent event) {
        lock.lock();
        try {
            if (closed) throw new StoppedException();
            open.apply(event);
            run.emit(event.of(id));
        } finally {
            lock.unlock();
        }
    }

    /** It has a time limit of its own. */
    @Override
    public void tookBefore(long ms, int limitMs) {}

    @Override
    public Answer ask(Question question) throws InterruptedException {
        return run.ask(question);
    }

    /** A call that an earlier attempt has opened. */
    void takeOver(String call) {
        open.takeOver(new OpenItems.OpenCall(call, null));
    }

    /** Closes what is open and ends the sub-agent. Nothing else is emitted afterwards. */
    void close(LogEvent end) {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            open.close(ids).forEach(event -> run.emit(event.of(id)));
            run.emit(end);
        } finally {
            lock.unlock();
        }
    }
}
