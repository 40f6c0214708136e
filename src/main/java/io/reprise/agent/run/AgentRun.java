package io.reprise.agent.run;

import io.reprise.agent.link.RunEvents;
import io.reprise.agent.loop.AgentLoop;
import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunPlan;
import io.reprise.config.RunSettings;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.RunUsage;
import io.reprise.support.Durations;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.telemetry.LogFields;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A run as seen by its agent's event loop: it works on a virtual thread. It ends when that thread returns or, after a
 * stop, when the grace period is over. It is kept until its owner has received everything, disowns it or stops
 * responding.
 */
public final class AgentRun {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRun.class);

    private final RunRequest request;
    private final RunSettings limits;
    private int timeMs;
    private final EventLoop loop;
    private final Watcher watcher;
    private final RunOutbox outbox;
    private final RunQuestions questions;
    private final StopSignal signal = new StopSignal();

    private Span span = Span.NONE;

    /** Of each log line. */
    private Map<String, String> fields;

    private EventLoop.Timer timeLimit = () -> {};
    private EventLoop.Timer grace = () -> {};
    private EventLoop.Timer silence = () -> {};
    private long startedMs;
    private long heardMs;
    private boolean returned;
    private RunUsage used = RunUsage.UNKNOWN;
    private boolean suspended;
    private boolean gone;

    /** Receives the progress of a run, on the event loop. */
    public interface Watcher {
        /** The run asks its owner a question. */
        void asks(AgentRun run, int number, Question question);

        /** The last batch of the run was sent. */
        void ended(AgentRun run);

        /** The run needs nothing more and can be forgotten. */
        void gone(AgentRun run);
    }

    /** @param ticks when the runs of this agent send merged text */
    public AgentRun(
            RunRequest request,
            RunSettings limits,
            EventLoop loop,
            MergeTicks ticks,
            RunOutbox.Sender sender,
            Watcher watcher) {
        this.request = request;
        this.limits = limits;
        this.timeMs = limits.timeMs();
        this.loop = loop;
        this.watcher = watcher;
        this.fields = RunSpan.fields(request, span);
        this.outbox = new RunOutbox(limits, loop, ticks, (number, events, end) -> {
            sender.send(number, events, end);
            if (end != null) ended(end);
        });
        this.questions = new RunQuestions(
                loop, outbox, limits.heartbeatMs(), (number, what) -> watcher.asks(this, number, what));
    }

    /** Identifies the run's current attempt. */
    public String key() {
        return request.key();
    }

    /** Whether this is an earlier attempt of the requested run. */
    public boolean isAttemptBefore(RunRequest next) {
        return request.run().equals(next.run()) && request.attempt() < next.attempt();
    }

    /** Whether {@code owner} is the address to which the run sends its batches. */
    public boolean isOwnedBy(String owner) {
        return request.owner().equals(owner);
    }

    public int sent() {
        return outbox.sent();
    }

    public boolean hasEnded() {
        return gone || outbox.hasEnded();
    }

    /** @param plan the plan whose limits this run was created with */
    public void start(RunPlan plan, AgentServices services) {
        heardMs = startedMs = loop.nowMs();
        awaitSilence();
        limitTime(limits.timeMs());
        span = RunSpan.begin(services.tracing(), request, plan);
        fields = RunSpan.fields(request, span);
        AgentLoop work = new AgentLoop(request, plan, services.within(span), events(), signal);
        Thread.ofVirtual().name("run " + request.run()).start(() -> {
            LogFields.Scope scope = LogFields.with(fields);
            try {
                RunEnd end = work.run();
                loop.run(() -> returned(end));
            } finally {
                scope.close();
            }
        });
    }

    private void limitTime(long leftMs) {
        if (returned || hasEnded()) return;
        timeLimit.cancel();
        long waitMs = startedMs + Math.max(0, leftMs) - loop.nowMs();
        timeLimit = loop.after(Math.max(1, waitMs), () -> stop(Reason.TIME_LIMIT));
    }

    private RunEvents events() {
        return new RunEvents() {
            @Override
            public void emit(LogEvent event) {
                outbox.emit(event);
            }

            @Override
            public void tookBefore(long ms, int limitMs) {
                loop.run(() -> {
                    timeMs = limitMs;
                    limitTime(limitMs - ms);
                });
            }

            @Override
            public Answer ask(Question question) throws InterruptedException {
                return questions.ask(question);
            }
        };
    }

    /** Receives the owner's answer to a question. */
    public void answered(RunAnswer answer) {
        heardMs = loop.nowMs();
        questions.answered(answer.number(), answer.answer());
    }

    /** Stops the run. It ends when its thread returns, at the latest after the grace period. */
    public void stop(Reason reason) {
        if (hasEnded() || signal.isStopped()) return;
        signal(reason);
        cut();
        if (returned) outbox.end(endAfter(reason, used));
        else grace = loop.after(limits.stopGraceMs(), this::abandon);
    }

    /**
     * Suspends the run: it sends nothing more, because it resumes on another server. It ends when its thread returns,
     * at the latest after the grace period, so that its tools can finish with what they use.
     */
    public void suspend() {
        if (hasEnded() || signal.isStopped()) return;
        suspended = true;
        signal(Reason.SHUTDOWN);
        cut();
        timeLimit.cancel();
        if (returned) leave();
        else grace = loop.after(limits.stopGraceMs(), this::abandon);
    }

    /** As {@link #heard(int)}, from an owner that says how many subscriptions read its session. */
    public void heard(int received, int readers) {
        outbox.readBy(readers);
        heard(received);
    }

    /** The owner is alive and has received all batches up to {@code received}. */
    public void heard(int received) {
        heardMs = loop.nowMs();
        outbox.answered(received);
        if (outbox.hasEnded() && outbox.isAnswered()) leave();
    }

    /** Abandons the run: no owner expects it any more, so it sends nothing more. */
    public void disown() {
        if (gone || suspended) return;
        if (!outbox.hasEnded()) log(LOG.atInfo(), "run disowned by its session");
        signal(Reason.DISOWNED);
        leave();
    }

    private void returned(RunEnd end) {
        returned = true;
        used = end.usage();
        if (gone) return;
        timeLimit.cancel();
        if (suspended) leave();
        else outbox.end(signal.isStopped() ? endAfter(signal.reason(), used) : end);
    }

    private void cut() {
        outbox.cut();
        questions.cancel();
    }

    private void abandon() {
        log(LOG.atWarn(), "run ignored its stop; abandoned");
        if (suspended) leave();
        else outbox.end(endAfter(signal.reason(), used));
    }

    private void ended(RunEnd end) {
        log(LOG.atInfo().addKeyValue("outcome", outcome(end)).addKeyValue("ms", loop.nowMs() - startedMs), "run ended");
        RunSpan.end(span, end, outcome(end));
        timeLimit.cancel();
        grace.cancel();
        watcher.ended(this);
    }

    private void leave() {
        if (suspended) log(LOG.atInfo(), "run suspended");
        // Only if it has not ended: the outcome of a span that has ended stays.
        span.set(Names.OUTCOME, suspended ? "suspended" : "disowned").end();
        gone = true;
        cut();
        timeLimit.cancel();
        grace.cancel();
        silence.cancel();
        watcher.gone(this);
    }

    private void awaitSilence() {
        silence = loop.after(heardMs + limits.silenceMs() - loop.nowMs(), () -> {
            if (loop.nowMs() - heardMs < limits.silenceMs()) {
                awaitSilence();
            } else {
                log(LOG.atWarn(), "lost contact with the owner of the run");
                disown();
            }
        });
    }

    /** Stops the signal. A listener that throws does not prevent other listeners and the end of the run. */
    private void signal(Reason reason) {
        try {
            signal.stop(reason);
        } catch (RuntimeException e) {
            log(LOG.atError().setCause(e), "stop listener failed");
        }
    }

    private void log(LoggingEventBuilder line, String message) {
        fields.forEach(line::addKeyValue);
        line.log(message);
    }

    private static String outcome(RunEnd end) {
        return switch (end) {
            case RunEnd.Finished finished -> "success";
            case RunEnd.Cancelled cancelled -> "cancelled";
            case RunEnd.Interrupted interrupted -> "interrupt";
            case RunEnd.Failed failed -> failed.failure().code().wire();
        };
    }

    private RunEnd endAfter(Reason reason, RunUsage its) {
        return switch (reason) {
            case USER, DISOWNED -> new RunEnd.Cancelled(its);
            case TIME_LIMIT ->
                failed(ErrorCode.TIMEOUT, "The run took longer than " + Durations.text(timeMs) + ".", its);
            case SHUTDOWN -> failed(ErrorCode.INTERRUPTED, "The server is shutting down.", its);
        };
    }

    private static RunEnd failed(ErrorCode code, String message, RunUsage its) {
        return new RunEnd.Failed(Failure.of(code, message), its);
    }
}
