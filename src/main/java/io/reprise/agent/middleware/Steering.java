package io.reprise.agent.middleware;

import io.reprise.agent.link.RunEvents;
import io.reprise.agent.progress.RunProgress;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.ShardMessage.Question;

/**
 * Passes on messages that users sent since the model's last turn. Not before the first step, which has just read the
 * conversation.
 */
public final class Steering implements Middleware {
    private final RunEvents events;

    public Steering(RunEvents events) {
        this.events = events;
    }

    @Override
    public void beforeModel(RunProgress run) throws InterruptedException {
        if (run.step() == 1) return;
        Answer.Steering answer = (Answer.Steering) events.ask(new Question.AskSteering());
        answer.messages().forEach(run::steered);
    }
}
