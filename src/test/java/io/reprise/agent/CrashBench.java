package io.reprise.agent;

import io.reprise.agent.checkpoint.KeptCheckpoints;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.loop.AgentLoop;
import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunFailure;
import io.reprise.agent.loop.RunPlans;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs of one session whose process may die at any moment, with the log and the checkpoints that survive it. */
abstract class CrashBench {
    final Limits limits = new Limits();
    final FakeLog log = new FakeLog();
    final KeptCheckpoints kept = new KeptCheckpoints();
    final List<LogEvent> events = new CopyOnWriteArrayList<>();
    final AtomicInteger ids = new AtomicInteger();
    String session = "s1";
    String active = "r1";
    long head = log.userSays(session, "r1", "hello");

    /** Begins a new session. */
    void anew(String name) {
        session = name;
        active = "r1";
        head = log.userSays(session, "r1", "hello");
        events.clear();
    }

    RunRequest begin() {
        return new RunRequest("r1", session, "me", "owner", head, "user");
    }

    RunEnd run(RunPlans plans, RunEvents owner, RunRequest request, StopSignal stop) {
        AgentServices services = new AgentServices(
                        plans, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen())
                .keeping(kept);
        return new AgentLoop(request, plans.of(request.agent()), services, owner, stop).run();
    }

    /** A session that numbers the events that it receives. */
    class Owner extends QuietOwner {
        Owner() {
            super(event -> {
                synchronized (log) {
                    events.add(event);
                    log.append(session, active, event);
                }
            });
        }

        @Override
        public Answer ask(Question question) throws InterruptedException {
            return question instanceof Question.AskCovered
                    ? new Answer.Covered(log.head(session))
                    : super.ask(question);
        }
    }

    /** Dies at its n-th message with the run, before or after it received it. */
    class DyingOwner extends Owner {
        private final boolean hears;
        int left;
        boolean isDead;

        DyingOwner(int left, boolean hears) {
            this.left = left;
            this.hears = hears;
        }

        @Override
        public synchronized void emit(LogEvent event) {
            if (isDead || --left < 0) throw dead();
            super.emit(event);
        }

        @Override
        public synchronized Answer ask(Question question) throws InterruptedException {
            if (isDead) throw dead();
            boolean dies = --left < 0;
            if (dies && !hears) throw dead();
            Answer answer = super.ask(question);
            if (dies) throw dead();
            return answer;
        }

        private RunFailure dead() {
            isDead = true;
            return new RunFailure(ErrorCode.INTERRUPTED, "dead", null);
        }
    }
}
