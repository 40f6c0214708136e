package io.reprise.agent;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.TextContent;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The owner of one session, as an agent sees it: takes batches, and answers them while it is told to. */
final class FakeOwner {
    final String address;
    final String run;
    final List<AgentBatch> batches = new CopyOnWriteArrayList<>();
    final List<RunBeatAnswer> answers = new CopyOnWriteArrayList<>();
    /** For steering messages. */
    final List<RunQuestion> questions = new CopyOnWriteArrayList<>();

    final List<SteeredMessage> steered = new CopyOnWriteArrayList<>();
    volatile boolean answering = true;
    volatile boolean steering = true;
    volatile int unansweredMost;
    private final Vertx vertx;
    private final String agent;
    private volatile int acked;

    FakeOwner(Vertx vertx, String agent, String run) {
        this.vertx = vertx;
        this.agent = agent;
        this.run = run;
        this.address = "owner." + run;
        vertx.eventBus().<ShardMessage>consumer(address, message -> receive(message.body()));
    }

    void ask(String session, long head) {
        send(new RunRequest(run, session, "me", address, head, "user"));
    }

    void stop() {
        send(new StopRun(run));
    }

    void send(AgentMessage message) {
        vertx.eventBus().send(agent, message);
    }

    void ack() {
        acked = batches.size();
        send(new BatchAck(run, acked, true, 1));
    }

    int received() {
        return batches.size();
    }

    RunEnd end() {
        return batches.isEmpty() ? null : batches.getLast().end();
    }

    List<LogEvent> events() {
        return batches.stream().flatMap(batch -> batch.events().stream()).toList();
    }

    String text() {
        return events().stream()
                .filter(TextContent.class::isInstance)
                .map(event -> ((Delta) event).delta())
                .collect(Collectors.joining());
    }

    private void receive(ShardMessage message) {
        switch (message) {
            case AgentBatch batch -> {
                batches.add(batch);
                unansweredMost = Math.max(unansweredMost, batches.size() - acked);
                if (answering) ack();
            }
            case RunQuestion question -> {
                boolean asksForMessages = question.question() instanceof Question.AskSteering;
                if (asksForMessages) questions.add(question);
                if (steering || !asksForMessages)
                    send(new RunAnswer(run, question.number(), answer(question.question())));
            }
            case RunBeatAnswer answer -> answers.add(answer);
            default -> throw new AssertionError("an agent does not send " + message);
        }
    }

    private Answer answer(Question question) {
        return switch (question) {
            case Question.AskSteering asked -> new Answer.Steering(List.copyOf(steered));
            case Question.AskCovered asked -> new Answer.Covered(batches.size());
            case Question.Keep keep -> new Answer.Kept();
        };
    }
}
