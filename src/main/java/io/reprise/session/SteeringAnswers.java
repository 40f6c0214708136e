package io.reprise.session;

import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.AgentMessage.Steering;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage.AskSteering;
import java.util.List;

/**
 * Gives the messages that wait for it to a run, between two of its model calls. Each question of its agent has one answer:
 * the messages are numbered when it comes, told once they are stored, and told again when it is repeated.
 */
final class SteeringAnswers {
    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private Steering answer = new Steering("", 0, List.of());
    private String agent;
    private boolean stored = true;

    SteeringAnswers(SessionParts parts, Runs runs, WaitingMessages waiting) {
        this.parts = parts;
        this.runs = runs;
        this.waiting = waiting;
    }

    void ask(AskSteering question) {
        if (!runs.takesSteering(question)) return;
        boolean known = question.run().equals(answer.run());
        if (!known || question.number() > answer.number()) give(question);
        else if (question.number() == answer.number() && stored) tell();
    }

    /** An append is stored, and every message that was given before it was sent. */
    void stored(Steering given) {
        if (given != answer) return;
        stored = true;
        tell();
    }

    private void give(AskSteering question) {
        List<QueuedMessage> messages = waiting.takeSteering();
        messages.forEach(runs::say);
        List<SteeredMessage> told = messages.stream()
                .map(m -> new SteeredMessage(m.message(), m.text()))
                .toList();
        answer = new Steering(question.run(), question.number(), told);
        agent = question.agent();
        stored = told.isEmpty();
        if (stored) tell();
        else parts.appends().next().steerAfterwards(answer);
    }

    /** Not to a run that is being stopped or is over. */
    private void tell() {
        if (runs.isRunning(answer.run())) parts.effects().tell(agent, answer);
    }
}
