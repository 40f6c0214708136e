package io.reprise.agent;

import io.reprise.message.AgentMessage.SteeredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;

/**
 * A run's questions for messages that are to steer it. Each is sent once all that the run emitted before is sent, and
 * again with its number until it is answered. The run's thread waits; all else is on the event loop.
 */
final class SteeringQuestions {
    private final EventLoop loop;
    private final RunOutbox outbox;
    private final long againMs;
    private final IntConsumer sender;
    private CompletableFuture<List<SteeredMessage>> waiting;
    private EventLoop.Timer again = () -> {};
    private int number;

    /** @param sender sends the question of this number */
    SteeringQuestions(EventLoop loop, RunOutbox outbox, long againMs, IntConsumer sender) {
        this.loop = loop;
        this.outbox = outbox;
        this.againMs = againMs;
        this.sender = sender;
    }

    /** From the run's thread; a stop interrupts it. */
    List<SteeredMessage> ask() throws InterruptedException {
        CompletableFuture<List<SteeredMessage>> answer = new CompletableFuture<>();
        loop.run(() -> begin(answer));
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void answered(int which, List<SteeredMessage> messages) {
        if (waiting == null || which != number) return;
        CompletableFuture<List<SteeredMessage>> asker = waiting;
        cancel();
        asker.complete(messages);
    }

    /** Nothing is asked any more; the run's thread is left to its stop. */
    void cancel() {
        again.cancel();
        waiting = null;
    }

    private void begin(CompletableFuture<List<SteeredMessage>> answer) {
        waiting = answer;
        number++;
        outbox.afterAllIsSent(this::send);
    }

    private void send() {
        if (waiting == null) return;
        sender.accept(number);
        again = loop.after(againMs, this::send);
    }
}
