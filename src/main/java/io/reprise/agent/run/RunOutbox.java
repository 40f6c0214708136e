package io.reprise.agent.run;

import io.reprise.config.RunSettings;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.support.StopSignal.StoppedException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends the events of a run to its owner as numbered batches with a limit on unanswered ones. The run's threads put
 * events into a bounded queue and wake the event loop; everything else happens there, so no locks are needed.
 */
public final class RunOutbox {
    private final RunSettings limits;
    private final EventLoop loop;
    private final MergeTicks ticks;
    private final Sender sender;

    /**
     * A part of a long delta is never larger than a batch, whatever its characters. If a surrogate pair is split
     * between parts, it is joined again.
     */
    private final int partCharsMax;

    private final BlockingQueue<LogEvent> queue;
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean cut;

    /** Whether the event loop will look at the queue at the next tick. It says no before it looks. */
    private volatile boolean ticking;

    private volatile String lastTarget = "";

    /** About how much text was put into the queue since the event loop last looked at it. */
    private final AtomicInteger unseenChars = new AtomicInteger();

    private final ArrayDeque<LogEvent> taken = new ArrayDeque<>();
    private final BatchBuilder batch;
    private EventLoop.Timer merging;
    private Runnable afterAll;
    private RunEnd ending;
    private boolean ended;
    private int sent;
    private int answered;
    private int readers;

    /** Sends a batch; {@code end} is null except in the last batch. */
    @FunctionalInterface
    public interface Sender {
        void send(int number, List<LogEvent> events, RunEnd end);
    }

    RunOutbox(RunSettings limits, EventLoop loop, MergeTicks ticks, Sender sender) {
        this.limits = limits;
        this.loop = loop;
        this.ticks = ticks;
        this.sender = sender;
        this.partCharsMax = limits.mergeBytesMax() / 3;
        this.batch = new BatchBuilder(limits.mergeDeltasMax(), limits.mergeBytesMax());
        this.queue = new ArrayBlockingQueue<>(limits.batchesMax() * limits.mergeDeltasMax());
    }

    /** Adds an event; called on threads of the run. */
    void emit(LogEvent event) {
        if (event instanceof Delta delta && delta.delta().length() > partCharsMax) emitInParts(delta);
        else enqueue(event);
    }

    /** Runs {@code action} when all events emitted so far are sent; never after {@link #cut}. */
    void afterAllIsSent(Runnable action) {
        afterAll = action;
        sendWhatIsDue();
    }

    /** So many subscriptions read the session, and get each batch. */
    void readBy(int subscriptions) {
        readers = subscriptions;
    }

    /** The owner has received all batches up to {@code number}. */
    void answered(int number) {
        answered = Math.clamp(number, answered, sent);
        sendWhatIsDue();
    }

    /** Sends the last batch after all emitted events; after {@link #cut}, immediately. */
    void end(RunEnd end) {
        if (ending != null) return;
        ending = end;
        if (cut) send();
        else sendWhatIsDue();
    }

    /**
     * Drops all events that are not sent and all later ones, except a later end. An end that is not sent yet is
     * dropped, too.
     */
    void cut() {
        cut = true;
        queue.clear();
        taken.clear();
        batch.clear();
        if (!ended) ending = null;
        afterAll = null;
        stopMerging();
    }

    /** The number of the last batch that was sent; 0 before the first. */
    int sent() {
        return sent;
    }

    /** Whether the last batch was sent. */
    boolean hasEnded() {
        return ended;
    }

    boolean isAnswered() {
        return answered == sent;
    }

    private void emitInParts(Delta delta) {
        String text = delta.delta();
        for (int begin = 0; begin < text.length(); begin += partCharsMax) {
            enqueue(delta.withText(text.substring(begin, Math.min(begin + partCharsMax, text.length()))));
        }
    }

    private void enqueue(LogEvent event) {
        if (cut) throw new StoppedException();
        try {
            queue.put(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // What was said before a stop, and held back for a check, comes after it.
            if (!queue.offer(event)) throw new StoppedException();
        }
        if (waitsForTick(event)) return;
        if (!woken.get() && woken.compareAndSet(false, true)) loop.run(this::woken);
    }

    /** Text that is being merged wakes nobody, unless it begins a message or fills a batch. */
    private boolean waitsForTick(LogEvent event) {
        if (!(event instanceof Delta delta)) return false;
        boolean begins = !delta.target().equals(lastTarget);
        if (begins) lastTarget = delta.target();
        int chars = unseenChars.addAndGet(delta.delta().length());
        return ticking && !begins && queue.size() < limits.mergeDeltasMax() && chars < partCharsMax;
    }

    private void woken() {
        woken.set(false);
        sendWhatIsDue();
    }

    private void sendWhatIsDue() {
        if (cut) {
            queue.clear();
            return;
        }
        unseenChars.set(0);
        fill();
        while (isDue() && sent - answered < limits.batchesMax()) {
            send();
            fill();
        }
        if (afterAll != null && batch.isEmpty() && taken.isEmpty()) {
            Runnable action = afterAll;
            afterAll = null;
            action.run();
        }
    }

    /**
     * Moves events from the queue to the next batch as far as they fit. The others stay in the queue, so that the run
     * waits.
     */
    private void fill() {
        while (!batch.isFull()) {
            if (taken.isEmpty() && queue.drainTo(taken, limits.mergeDeltasMax()) == 0) return;
            if (!batch.hasRoomFor(taken.peek())) return;
            batch.add(taken.poll());
        }
    }

    private boolean isDue() {
        if (ended) return false;
        if (isLast()) return true;
        return !batch.isEmpty() && (batch.isPrompt() || isClosed() || merging == null || afterAll != null);
    }

    /** Whether no event can be added to the current batch. */
    private boolean isClosed() {
        return batch.isFull() || !taken.isEmpty();
    }

    private boolean isLast() {
        return ending != null && taken.isEmpty() && queue.isEmpty();
    }

    private void send() {
        boolean last = cut || isLast();
        ended = last;
        sender.send(++sent, batch.take(), last ? ending : null);
        if (last) stopMerging();
        else startMerging();
    }

    /** The first delta is sent immediately; those of the following {@code mergeMs} are sent together. */
    private void startMerging() {
        if (merging != null || limits.mergeMs() == 0) return;
        ticking = true;
        int longestMs = Math.max(limits.mergeMs(), limits.mergeMaxMs());
        merging = ticks.next(limits.mergeMs(), longestMs, readers, () -> {
            merging = null;
            ticking = false;
            sendWhatIsDue();
        });
    }

    private void stopMerging() {
        if (merging != null) merging.cancel();
        merging = null;
        ticking = false;
    }
}
