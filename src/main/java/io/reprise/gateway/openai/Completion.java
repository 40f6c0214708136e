package io.reprise.gateway.openai;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.rest.attachment.SentImages;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.stream.StreamedResponse;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.IntSupplier;

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
    private static final Failure TOO_LONG =
            Failure.of(ErrorCode.TOO_LARGE, "The answer is too long to be given as a whole; ask for a stream.");
    private static final Failure RESTARTED = Failure.of(
            ErrorCode.INTERRUPTED, "The run was interrupted and goes on from an earlier point; what it said is void.");

    private final IntSupplier answerBytesMax;
    private final Call call;
    private final Turn turn;
    private final String session;
    private final Answer answer;
    private final Completions objects;
    private final StreamedResponse response;

    private Phase phase = Phase.READING;
    private boolean made;
    private boolean waitsForResults;
    private String message;
    private String run;

    private enum Phase {
        /** The session is being read. */
        READING,
        /** The command is being decided: events wait. */
        DECIDING,
        RUNNING
    }

    /** @param images takes those of the request */
    Completion(SocketParts parts, Call call, Completions objects, SentImages images) {
        this.answerBytesMax = () -> parts.settings().completions().answerBytesMax();
        this.call = call;
        this.turn = new Turn(parts, call, images);
        this.session = call.session();
        this.made = call.exists();
        this.answer = new Answer(call.request().whole());
        this.objects = objects;
        this.response = new StreamedResponse(parts, call.context(), call.caller(), this, how -> {
            if (made) turn.erase();
        });
    }

    /** @param whenGone called when the call has ended or the client has left; perhaps twice */
    void open(Runnable whenGone) {
        response.open(whenGone, made ? this::read : this::create);
    }

    private void create() {
        turn.make(outcome -> {
            made = outcome instanceof CommandOutcome.Accepted;
            if (outcome instanceof CommandOutcome.Refused(Failure failure)) refuse(failure);
            else if (response.hasEnded()) turn.erase();
            else read();
        });
    }

    private void read() {
        if (!call.isTemporary()) call.context().response().putHeader(SESSION_HEADER, session);
        response.read(new Reading(session, call.caller().user(), null));
    }

    // --- what is read

    /** Nothing is pushed while it is not known which run is wanted. */
    @Override
    public boolean full() {
        return response.full() || phase == Phase.DECIDING;
    }

    @Override
    public void frame(Frame frame) {
        if (response.hasEnded()) return;
        switch (frame.type()) {
            case ATTACHED -> attached(new JsonObject(frame.text()));
            case LIVE -> {
                if (phase == Phase.READING) begin();
            }
            case EVENT -> take(new JsonObject(frame.text()));
            case NOTICE -> {
                if (!response.reads(session)) refuse(Failure.notFound());
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

    private void begin() {
        phase = Phase.DECIDING;
        turn.take(waitsForResults, new Turn.Decided() {
            @Override
            public void refused(Failure failure) {
                refuse(failure);
            }

            @Override
            public void accepted(String its, String inRun) {
                message = its;
                run = inRun;
                phase = Phase.RUNNING;
                response.goOn();
            }

            @Override
            public boolean isOver() {
                return response.hasEnded();
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
            case "RUN_ERROR" -> refuse(OpenAiErrors.ofRun(event));
            case "CUSTOM" -> custom(event);
            default -> said(answer.add(event, frame.getLong("seq")));
        }
    }

    private void custom(JsonObject event) {
        if (!"run.restarted".equals(event.getString("name"))) return;
        boolean isVoid = answer.restarted(event.getJsonObject("value").getLong("toSeq"));
        if (isVoid && !call.request().whole()) refuse(RESTARTED);
    }

    private void said(String text) {
        if (text.isEmpty()) return;
        if (call.request().whole()) {
            if (answer.length() > answerBytesMax.getAsInt()) refuse(TOO_LONG);
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
        if (call.request().whole()) {
            JsonObject whole = objects.whole(answer.text(), calls, reason, usage);
            response.end("finished", () -> Answers.send(call.context(), 200, "application/json", whole.encode()));
            return;
        }
        stream();
        if (!calls.isEmpty()) push(objects.called(calls).encode());
        push(objects.last(reason).encode());
        if (call.request().countsTokens()) push(objects.tokens(usage).encode());
        push(Completions.DONE);
        response.end("finished");
    }

    private void stream() {
        if (response.begin()) push(objects.first().encode());
    }

    private void push(String data) {
        response.push("data: " + data + "\n\n");
    }

    /** With the status of the failure, as long as nothing has gone out. */
    private void refuse(Failure failure) {
        if (response.hasBegun()) {
            push(OpenAiErrors.of(failure).encode());
            response.end(failure.code().wire());
        } else {
            response.end(failure.code().wire(), () -> OpenAiErrors.send(call.context(), failure));
        }
    }

    @Override
    public void tick() {
        boolean commentIsDue = response.tick(this::refuse);
        if (!commentIsDue || call.request().whole()) return;
        stream();
        response.comment(COMMENT);
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        refuse(Failure.unavailable());
        return Future.succeededFuture();
    }
}
