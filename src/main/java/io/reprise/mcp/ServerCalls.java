package io.reprise.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.connection.RemoteTool;
import io.reprise.mcp.question.CallState;
import io.reprise.mcp.question.Elicitation;
import io.reprise.mcp.question.Elicitation.InvalidException;
import io.reprise.mcp.question.OpenCall;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.tool.AskingException;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The calls of one server's tools, and what becomes of them when it asks a person. In the newer protocol such a call ends
 * with the question and is made again with the answer; in the older one it stays open and is held. Thread-safe.
 */
final class ServerCalls {
    private static final int VISIT_REQUIRED = -32042;
    private static final String METHOD = "tools/call";

    private final String name;
    private final String shown;
    private final Supplier<McpSettings> settings;
    private final Metrics metrics;
    private final Maker maker;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<OpenCall> held = ConcurrentHashMap.newKeySet();

    /** Makes a call. */
    interface Maker {
        /** @throws McpFailure if there is no result */
        JsonNode make(RemoteTool tool, ObjectNode arguments, CallState from, OpenCall open) throws InterruptedException;

        /** The last call has ended. */
        void idle();

        /**
         * How the person of the calls signs in, after a request was refused because of that.
         *
         * @param challenge what the server demands; empty if it says nothing
         * @return empty if nobody signs in to this server
         */
        Optional<Inquiry> signIn(String challenge);
    }

    /** @param shown the server as people know it */
    ServerCalls(String name, String shown, Supplier<McpSettings> settings, Metrics metrics, Maker maker) {
        this.name = name;
        this.shown = shown;
        this.settings = settings;
        this.metrics = metrics;
        this.maker = maker;
    }

    /** Calls that have not ended, also those that are held. */
    int underWay() {
        return underWay.get();
    }

    /**
     * Calls a tool, or goes on with a call after a person was asked.
     *
     * @throws McpFailure if there is no result
     * @throws AskingException if a person must be asked
     */
    JsonNode call(RemoteTool tool, ObjectNode arguments, ToolCall call, StopSignal caller) throws InterruptedException {
        Continued from = call.continued();
        if (from != null && from.held() instanceof OpenCall open) {
            held.remove(open);
            open.answer(from.answer(), from.content());
            return awaited(open, new Asked(tool, arguments, call), CallState.NEW, caller);
        }
        CallState state = from == null ? CallState.NEW : resumed(from);
        if (!state.isAnswered()) throw asking(state);
        return made(new Asked(tool, arguments, call), state, caller);
    }

    private static CallState resumed(Continued from) {
        CallState before = CallState.read(from.state());
        return before.signIn() ? before.signedIn(from.answer()) : before.answered(from.answer(), from.content());
    }

    private record Asked(RemoteTool tool, ObjectNode arguments, ToolCall call) {}

    private JsonNode made(Asked what, CallState from, StopSignal caller) throws InterruptedException {
        if (underWay.incrementAndGet() - held.size() > settings.get().sizes().calls()) {
            ended();
            throw McpFailure.of(Kind.BUSY, "Too many calls of tools of this server are under way.");
        }
        long holdMs = TimeUnit.MINUTES.toMillis(settings.get().questions().expiryMinutes() + 1L);
        OpenCall[] self = new OpenCall[1];
        OpenCall open = new OpenCall(what.call().session(), holdMs, () -> held.remove(self[0]));
        self[0] = open;
        Thread.ofVirtual().name("mcp " + name + " call").start(() -> make(what, from, open));
        return awaited(open, what, from, caller);
    }

    private void make(Asked what, CallState from, OpenCall open) {
        Stopwatch watch = Stopwatch.started();
        String outcome = "stopped";
        open.within(span(what));
        try {
            JsonNode result = maker.make(what.tool(), what.arguments(), from, open);
            outcome = outcomeOf(result);
            open.tell(new OpenCall.Ended(result));
        } catch (McpFailure failure) {
            outcome = failure.kind().name().toLowerCase(Locale.ROOT);
            open.tell(new OpenCall.Failed(failure));
        } catch (Throwable t) {
            open.tell(new OpenCall.Failed(t));
        } finally {
            held.remove(open);
            metrics.mcpCall(name, outcome, watch.nanos());
            end(open.span(), outcome);
            ended();
        }
    }

    private static Span span(Asked what) {
        String tool = what.tool().name();
        return what.call()
                .span()
                .child(METHOD + " " + tool, SpanStart.Kind.CLIENT)
                .set(Names.MCP_METHOD, METHOD)
                .set(Names.TOOL, tool);
    }

    private static void end(Span span, String outcome) {
        switch (outcome) {
            case "success", "asked", "stopped" -> span.set(Names.OUTCOME, outcome);
            default -> span.fail(outcome);
        }
        span.end();
    }

    private void ended() {
        if (underWay.decrementAndGet() == 0) maker.idle();
    }

    private static String outcomeOf(JsonNode result) {
        if (asks(result)) return "asked";
        return result.path("isError").asBoolean() ? "tool_error" : "success";
    }

    private static boolean asks(JsonNode result) {
        return result.path("resultType").asText("complete").equals("input_required");
    }

    /** @param from what the call was made with */
    private JsonNode awaited(OpenCall open, Asked what, CallState from, StopSignal caller) throws InterruptedException {
        while (true) {
            switch (open.next(caller)) {
                case OpenCall.Ended ended -> {
                    return asks(ended.result()) ? again(what, from.required(ended.result()), caller) : ended.result();
                }
                case OpenCall.Failed failed -> {
                    return failed(failed.cause(), what, from, caller);
                }
                case OpenCall.Asks asks -> hold(open, asks);
                case OpenCall.Progressed(JsonNode params) -> tell(what, params, open);
            }
        }
    }

    private static void tell(Asked what, JsonNode params, OpenCall open) {
        JsonNode total = params.path("total");
        try {
            what.call()
                    .output()
                    .progress(
                            params.path("progress").asDouble(),
                            total.isNumber() ? total.doubleValue() : null,
                            params.path("message").textValue());
        } catch (RuntimeException stopped) {
            open.drop();
            throw stopped;
        }
    }

    private JsonNode failed(Throwable cause, Asked what, CallState from, StopSignal caller)
            throws InterruptedException {
        switch (cause) {
            case McpFailure failure
            when failure.code() == VISIT_REQUIRED && failure.kind() == Kind.ERROR -> {
                CallState next = from.requiredBefore(failure.data().path("elicitations"));
                if (next.isAnswered()) throw failure;
                return again(what, next, caller);
            }
            case McpFailure failure when failure.kind() == Kind.UNAUTHORIZED -> throw asksToSignIn(failure, from);
            case InterruptedException stopped -> throw new StoppedException();
            case RuntimeException failure -> throw failure;
            default -> throw McpFailure.of(Kind.UNREACHABLE, "The call failed.", cause);
        }
    }

    /** Asks a person, or makes the call at once if the server only wants its state back. */
    private JsonNode again(Asked what, CallState next, StopSignal caller) throws InterruptedException {
        if (next.asked() > settings.get().questions().perCall()) {
            throw McpFailure.of(Kind.REFUSED, "The server asks too often during one call.");
        }
        if (next.isAnswered()) return made(what, next, caller);
        throw asking(next);
    }

    /** After a sign-in, the call is made again: the server did not act on it. */
    private RuntimeException asksToSignIn(McpFailure failure, CallState from) {
        CallState next = from.signingIn();
        Optional<Inquiry> how = maker.signIn(failure.challenge());
        if (how.isEmpty() || next.signIns() > settings.get().people().perCall()) return failure;
        return AskingException.keeping(how.get(), next.text());
    }

    private AskingException asking(CallState state) {
        try {
            return AskingException.keeping(inquiry(state.question()), state.text());
        } catch (InvalidException e) {
            throw McpFailure.of(Kind.INVALID, e.getMessage(), e);
        }
    }

    private void hold(OpenCall open, OpenCall.Asks asks) {
        McpSettings.Questions limits = settings.get().questions();
        Inquiry inquiry;
        try {
            inquiry = inquiry(asks.params());
        } catch (InvalidException e) {
            open.refuse(e.getMessage());
            return;
        }
        if (open.asked() > limits.perCall() || held.size() >= limits.held()) {
            open.answer(Answer.CANCEL, null);
            return;
        }
        held.add(open);
        throw AskingException.holding(inquiry, open);
    }

    private Inquiry inquiry(JsonNode params) throws InvalidException {
        return Elicitation.read(params, shown, settings.get().questions());
    }

    /** Drops what is held. */
    void close() {
        held.forEach(OpenCall::drop);
    }
}
