package io.reprise.agent;

import io.reprise.agent.link.RunEvents;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A session without surprises, as a run sees it: it accepts the events, and has no messages. */
public class QuietOwner implements RunEvents {
    /** The checkpoints that the run reported, in order: null for none that could be saved. */
    final List<Question.Keep> kept = new ArrayList<>();

    private final Consumer<LogEvent> log;
    long tookBeforeMs;
    private long seq;

    public QuietOwner(Consumer<LogEvent> log) {
        this.log = log;
    }

    @Override
    public void emit(LogEvent event) {
        seq++;
        log.accept(event);
    }

    @Override
    public void tookBefore(long ms, int limitMs) {
        tookBeforeMs = ms;
    }

    @Override
    public Answer ask(Question question) throws InterruptedException {
        return switch (question) {
            case Question.AskSteering asked -> new Answer.Steering(steering());
            case Question.AskCovered asked -> new Answer.Covered(seq);
            case Question.Keep keep -> {
                kept.add(keep);
                yield new Answer.Kept();
            }
        };
    }

    public List<SteeredMessage> steering() {
        return List.of();
    }
}
