package io.reprise.mcp.question;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.mcp.channel.Deadline;
import io.reprise.mcp.channel.McpChannel.Inquirer;
import io.reprise.mcp.channel.McpChannel.Reply;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.telemetry.trace.Span;
import io.reprise.tool.AskingException.Held;
import io.reprise.tool.ToolCall.Answer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A call that a server works on, on a thread of its own. In the older protocol the server may ask while the call is open;
 * the call is then held, and its time does not pass, until the run that made it, or a later one, brings the answer.
 */
public final class OpenCall implements Held, Inquirer {
    private static final int INVALID_PARAMS = -32602;

    private final String owner;
    private final long holdMs;
    private final Runnable dropped;
    private final StopSignal stop = new StopSignal();
    private final BlockingQueue<Happened> happened = new LinkedBlockingQueue<>();
    private final AtomicReference<JsonNode> progress = new AtomicReference<>();
    private volatile Deadline deadline = Deadline.in(0);
    private volatile Asks open;
    private volatile int asked;
    private volatile Span span = Span.NONE;

    /** What became of the call. */
    public sealed interface Happened {}

    /** @param result as the server sent it */
    public record Ended(JsonNode result) implements Happened {}

    public record Failed(Throwable cause) implements Happened {}

    /** The server says how far it is: the parameters of its last notification. */
    public record Progressed(JsonNode params) implements Happened {}

    /** The server asks a person. */
    public record Asks(JsonNode params, Reply reply) implements Happened {}

    /**
     * @param owner the session of the call
     * @param holdMs longest time for an answer; the call ends then
     * @param dropped called when nobody waits for the call any more
     */
    public OpenCall(String owner, long holdMs, Runnable dropped) {
        this.owner = owner;
        this.holdMs = holdMs;
        this.dropped = dropped;
    }

    /** Stops the call. */
    public StopSignal stop() {
        return stop;
    }

    /** The time that stands still while the call is held. */
    public void within(Deadline its) {
        deadline = its;
    }

    /** The span of the request to the server. */
    public Span span() {
        return span;
    }

    public void within(Span its) {
        span = its;
    }

    public void tell(Happened what) {
        happened.add(what);
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public void asked(JsonNode params, Reply reply) {
        deadline.pause(holdMs);
        happened.add(new Asks(params, reply));
    }

    /** Of notifications that come faster than they are read only the last one counts. */
    @Override
    public void progressed(JsonNode params) {
        if (progress.getAndSet(params) == null) happened.add(new Progressed(params));
    }

    /**
     * Waits for what happens next. A stop of the caller stops the call.
     *
     * @throws StoppedException at the stop
     */
    public Happened next(StopSignal caller) throws InterruptedException {
        StopSignal.Registration atStop = caller.onStop(this::drop);
        try {
            Happened next = happened.take();
            if (next instanceof Progressed) return new Progressed(progress.getAndSet(null));
            open = next instanceof Asks asks ? asks : null;
            if (open != null) asked++;
            return next;
        } catch (InterruptedException e) {
            drop();
            caller.throwIfStopped();
            throw e;
        } finally {
            atStop.remove();
        }
    }

    /** How often the server has asked. */
    public int asked() {
        return asked;
    }

    /** Answers what the server asked last; the time of the call passes again. */
    public void answer(Answer answer, String content) {
        open.reply().result(Elicitation.result(answer, content));
        deadline.resume();
    }

    /** Tells the server that it cannot ask this. */
    public void refuse(String why) {
        open.reply().error(INVALID_PARAMS, why);
        deadline.resume();
    }

    @Override
    public void drop() {
        stop.stop(Reason.USER);
        dropped.run();
    }
}
