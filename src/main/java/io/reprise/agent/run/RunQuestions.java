package io.reprise.agent.run;

import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.ShardMessage.Question;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Questions of a run to its session, one at a time. A question is sent after all events that the run emitted before
 * it, and repeated with its number until it is answered. The run's thread waits; everything else is on the event loop.
 */
final class RunQuestions {
    private final EventLoop loop;
    private final RunOutbox outbox;
    private final long againMs;
    private final Sender sender;
    private CompletableFuture<Answer> waiting;
    private EventLoop.Timer again = () -> {};
    private Question question;
    private int number;

    /** Sends the question with this number. */
    @FunctionalInterface
    interface Sender {
        void send(int number, Question question);
    }

    RunQuestions(EventLoop loop, RunOutbox outbox, long againMs, Sender sender) {
        this.loop = loop;
        this.outbox = outbox;
        this.againMs = againMs;
        this.sender = sender;
    }

    /** Called on the run's thread; a stop interrupts it. */
    Answer ask(Question what) throws InterruptedException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.run(() -> begin(what, answer));
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void answered(int which, Answer answer) {
        if (waiting == null || which != number) return;
        CompletableFuture<Answer> asker = waiting;
        cancel();
        asker.complete(answer);
    }

    /** Repeats no question any more. The run's thread ends its wait when it is stopped. */
    void cancel() {
        again.cancel();
        waiting = null;
    }

    private void begin(Question what, CompletableFuture<Answer> answer) {
        question = what;
        waiting = answer;
        number++;
        outbox.afterAllIsSent(this::send);
    }

    private void send() {
        if (waiting == null) return;
        sender.send(number, question);
        again = loop.after(againMs, this::send);
    }
}
