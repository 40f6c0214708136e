package io.reprise.session.run;

import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.session.log.SessionParts;
import java.util.List;

/**
 * Answers questions of the run's agent. Each question has one answer: it takes effect when the question arrives, is
 * sent after all of it is stored, and is sent again if the question is repeated.
 */
public final class RunAnswers {
    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private RunAnswer answer = new RunAnswer("", 0, new Answer.Kept());
    private String agent;
    private boolean stored = true;

    public RunAnswers(SessionParts parts, Runs runs, WaitingMessages waiting) {
        this.parts = parts;
        this.runs = runs;
        this.waiting = waiting;
    }

    /** Questions of other agents and runs are ignored. */
    public void ask(RunQuestion question) {
        boolean known = question.run().equals(answer.run());
        if (!known || question.number() > answer.number()) give(question);
        else if (question.number() == answer.number() && stored) tell();
    }

    /** An append is stored. Answers that were given before it was sent are complete. */
    public void stored(RunAnswer given) {
        if (given != answer) return;
        stored = true;
        tell();
    }

    private void give(RunQuestion question) {
        agent = question.agent();
        switch (question.question()) {
            case Question.AskSteering asked -> {
                List<SteeredMessage> told = steering();
                answer(question, new Answer.Steering(told), told.isEmpty());
            }
            case Question.AskCovered asked ->
                answer(question, new Answer.Covered(parts.log().decided()), true);
            case Question.Keep keep -> {
                runs.life().keep(keep);
                answer(question, new Answer.Kept(), false);
            }
        }
    }

    /** Numbers the messages that wait to steer the run. */
    private List<SteeredMessage> steering() {
        List<QueuedMessage> messages = waiting.takeSteering();
        messages.forEach(runs.life()::say);
        return messages.stream()
                .map(m -> new SteeredMessage(m.message(), m.content(), m.zone()))
                .toList();
    }

    private void answer(RunQuestion question, Answer its, boolean atOnce) {
        answer = new RunAnswer(question.run(), question.number(), its);
        stored = atOnce;
        if (atOnce) tell();
        else parts.appends().next().answerAfterwards(answer);
    }

    /** Sends nothing to a run that is being stopped or has ended. */
    private void tell() {
        if (runs.slot().isRunning(answer.run())) parts.effects().tell(agent, answer);
    }
}
