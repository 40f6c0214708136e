package io.reprise.gateway.openai;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.reading.Outbox;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.stream.EventStreams;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.content.Content;
import io.reprise.message.opening.TemporarySession;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/**
 * One call: creates its session unless that exists, reads it, sends what is new as a command, and answers with what the agent
 * says in the run. A temporary session is erased at the end, also when the client has left, which stops its run. Any other
 * run goes on without its client.
 */
final class Completion implements Receiver, Connection {
    static final String SESSION_HEADER = "X-Session";

    private static final String COMMENT = ": beat\n\n";

    private static final Failure DECISIONS = Failure.of(
            ErrorCode.CONFLICT,
            "The agent waits for decisions of a person, which cannot be made here; they are made in the chat.");
    private static final Failure NO_CALLS =
            Failure.badRequest("No calls of this session wait for all of these results, and nothing else is new.");
    private static final Failure TOO_LONG =
            Failure.of(ErrorCode.TOO_LARGE, "The answer is too long to be given as a whole; ask for a stream.");
    private static final Failure RESTARTED = Failure.of(
            ErrorCode.INTERRUPTED, "The run was interrupted and goes on from an earlier point; what it said is void.");

    private final SocketParts parts;
    private final RoutingContext context;
    private final HttpServerResponse response;
    private final Identity caller;
    private final Asked making;
    private final String session;
    private final ChatRequest request;
    private final Answer answer;
    private final Completions objects;
    private final Outbox outbox;
    private Runnable gone = () -> {};

    private Phase phase = Phase.READING;
    private final boolean isNew;
    private boolean made;
    private boolean waitsForResults;
    private String message;
    private String run;
    private boolean begun;
    private boolean ended;
    private long commentMs;

    private enum Phase {
        /** The session is being read. */
        READING,
        /** The command is being decided: events wait. */
        DECIDING,
        RUNNING
    }

    /**
     * @param asked creates the session; one that exists is only named
     * @param exists whether the session is there already
     */
    Completion(
            SocketParts parts,
            RoutingContext context,
            Identity caller,
            Asked asked,
            boolean exists,
            ChatRequest request,
            Completions objects) {
        this.parts = parts;
        this.context = context;
        this.response = context.response();
        this.caller = caller;
        this.making = asked;
        this.session = asked.session();
        this.made = exists;
        this.isNew = !exists;
        this.request = request;
        this.answer = new Answer(request.whole());
        this.objects = objects;
        this.outbox = new Outbox(
                (part, first, last) -> response.write(part),
                parts.settings().server(),
                parts.clock(),
                () -> parts.subscriptions().drained(this),
                this::clientLeft);
    }

    /** @param whenGone called when the call has ended or the client has left; perhaps twice */
    void open(Runnable whenGone) {
        gone = whenGone;
        commentMs = parts.clock().elapsedMs();
        parts.metrics().connected();
        response.exceptionHandler(cause -> {});
        response.closeHandler(closed -> clientLeft());
        if (response.closed()) clientLeft();
        else if (made) read();
        else create();
    }

    private void create() {
        ask(making, outcome -> {
            made = true;
            if (ended) erase();
            else read();
        });
    }

    private void read() {
        if (!isTemporary()) response.putHeader(SESSION_HEADER, session);
        parts.subscriptions().attach(this, new Reading(session, caller.user(), null), null);
    }

    private boolean isTemporary() {
        return TemporarySession.isMeant(session);
    }

    // --- what is read

    /** Nothing is pushed while it is not known which run is wanted. */
    @Override
    public boolean full() {
        return outbox.full() || phase == Phase.DECIDING;
    }

    @Override
    public void frame(Frame frame) {
        if (ended) return;
        switch (frame.type()) {
            case ATTACHED -> attached(new JsonObject(frame.text()));
            case LIVE -> {
                if (phase == Phase.READING) begin();
            }
            case EVENT -> take(new JsonObject(frame.text()));
            case NOTICE -> {
                if (!parts.subscriptions().reads(this, session)) refuse(Failure.notFound());
            }
            case SNAPSHOT, ERROR, GOAWAY -> {}
        }
    }

    @Override
    public void refused(String attachId, String its, Failure failure) {
        refuse(failure);
    }

    private void attached(JsonObject frame) {
        boolean waits = !frame.getJsonArray("interrupts", new JsonArray()).isEmpty();
        if (phase == Phase.READING && waits) refuse(DECISIONS);
        waitsForResults = frame.containsKey("pendingToolCalls");
    }

    /** A session that begins with this conversation has its results already. */
    private void begin() {
        phase = Phase.DECIDING;
        if (!request.said().isEmpty()) {
            say(new Command.Send(Content.of(request.said()), OnBusy.QUEUE, null, request.tools()));
        } else if (isNew) {
            say(new Command.Proceed(request.tools()));
        } else if (waitsForResults) {
            say(new Command.Results(request.results()));
        } else {
            refuse(NO_CALLS);
        }
    }

    private void say(Command command) {
        ask(new Asked(session, caller.user(), null, command), result -> {
            switch (result) {
                case CommandResult.Sent sent -> {
                    message = sent.message();
                    run = sent.run();
                }
                case CommandResult.Resumed resumed -> run = resumed.run();
                case CommandResult.Answered answered -> run = answered.run();
                default -> throw new IllegalStateException("not a result of what was sent");
            }
            if (run == null && message == null) {
                refuse(NO_CALLS);
                return;
            }
            phase = Phase.RUNNING;
            parts.subscriptions().drained(this);
        });
    }

    private interface Then {
        void accepted(CommandResult result);
    }

    private void ask(Asked asked, Then then) {
        Asked complete = asked.by(caller.sender()).because(RequestTrace.cause(context));
        parts.commands().askCounted(complete, outcome -> {
            switch (outcome) {
                case CommandOutcome.Refused refused -> refuse(refused.failure());
                case CommandOutcome.Accepted accepted -> {
                    if (!ended || asked == making) then.accepted(accepted.result());
                }
            }
        });
    }

    private void take(JsonObject frame) {
        if (phase != Phase.RUNNING) return;
        JsonObject event = frame.getJsonObject("event");
        boolean isAwaited = "TEXT_MESSAGE_START".equals(event.getString("type"))
                && event.getString("messageId").equals(message);
        // A message that has waited starts a run, or is given to the one that is active.
        if (run == null && isAwaited) run = frame.getString("run");
        if (run == null || !run.equals(frame.getString("run"))) return;
        switch (event.getString("type")) {
            case "RUN_FINISHED" -> finished(event);
            case "RUN_ERROR" -> refuse(Failure.of(code(event), event.getString("message")));
            case "CUSTOM" -> custom(event);
            default -> said(answer.add(event, frame.getLong("seq")));
        }
    }

    private static ErrorCode code(JsonObject event) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.wire().equals(event.getString("code")))
                .findFirst()
                .orElse(ErrorCode.INTERNAL);
    }

    private void custom(JsonObject event) {
        if (!"run.restarted".equals(event.getString("name"))) return;
        boolean isVoid = answer.restarted(event.getJsonObject("value").getLong("toSeq"));
        if (isVoid && !request.whole()) refuse(RESTARTED);
    }

    private void said(String text) {
        if (text.isEmpty()) return;
        if (request.whole()) {
            if (answer.length() > parts.settings().completions().answerBytesMax()) refuse(TOO_LONG);
        } else {
            stream();
            push(objects.said(text).encode());
        }
    }

    private void finished(JsonObject event) {
        JsonObject outcome = event.getJsonObject("outcome");
        JsonArray calls = answer.calls(outcome.getJsonArray("pendingToolCallIds", new JsonArray()));
        if (outcome.containsKey("interrupts")) refuse(DECISIONS);
        else finish(calls, Answer.usage(event.getJsonArray("usage")));
    }

    // --- what goes out

    private void finish(JsonArray calls, JsonObject usage) {
        String reason = calls.isEmpty() ? "stop" : "tool_calls";
        if (request.whole()) {
            left("finished");
            JsonObject whole = objects.whole(answer.text(), calls, reason, usage);
            Answers.send(context, 200, "application/json", whole.encode());
            gone.run();
            return;
        }
        stream();
        if (!calls.isEmpty()) push(objects.called(calls).encode());
        push(objects.last(reason).encode());
        if (request.countsTokens()) push(objects.tokens(usage).encode());
        push(Completions.DONE);
        end("finished");
    }

    private void stream() {
        if (begun) return;
        begun = true;
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        push(objects.first().encode());
    }

    private void push(String data) {
        if (!ended) outbox.push("data: " + data + "\n\n");
    }

    /** With the status of the failure, as long as nothing has gone out. */
    private void refuse(Failure failure) {
        if (ended) return;
        if (begun) {
            push(OpenAiErrors.of(failure).encode());
            end(failure.code().wire());
            return;
        }
        left(failure.code().wire());
        OpenAiErrors.send(context, failure);
        gone.run();
    }

    @Override
    public void tick() {
        if (ended) return;
        long nowMs = parts.clock().elapsedMs();
        if (outbox.stalled()) {
            left("slow");
            response.reset();
            gone.run();
        } else if (endOfCaller() != null) {
            refuse(endOfCaller());
        } else if (!request.whole()
                && nowMs - commentMs >= parts.settings().server().commentMs()) {
            commentMs = nowMs;
            stream();
            if (!outbox.full()) outbox.push(COMMENT);
        }
    }

    /** The reason to end the call because of its identity, or null. */
    private Failure endOfCaller() {
        CloseCode code = parts.authenticator().endOf(caller);
        if (code == null) return null;
        return code == CloseCode.TOKEN_EXPIRED ? EventStreams.EXPIRED : Authenticator.BLOCKED_USER;
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        refuse(Failure.unavailable());
        return Future.succeededFuture();
    }

    private void clientLeft() {
        left("client");
        gone.run();
    }

    private void end(String how) {
        if (ended) return;
        left(how);
        response.end().onComplete(done -> gone.run());
    }

    private void left(String how) {
        if (ended) return;
        ended = true;
        parts.metrics().disconnected(how);
        parts.subscriptions().closed(this);
        if (made) erase();
    }

    /** What a temporary session leaves behind if this fails is erased by a job. */
    private void erase() {
        if (!isTemporary()) return;
        Asked delete = new Asked(session, caller.user(), null, new Command.Delete()).by(caller.sender());
        parts.commands().askCounted(delete, outcome -> {});
    }
}
