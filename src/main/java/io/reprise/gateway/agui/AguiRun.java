package io.reprise.gateway.agui;

import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.stream.StreamedResponse;
import io.reprise.history.Histories;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * One request for a run: reads the session, decides what of the input is new, sends it as a command, and streams the run.
 * A client that leaves does not stop the run. An input that was sent before joins the run that it started.
 */
final class AguiRun implements Receiver, Connection {
    private static final String COMMENT = ": beat\n\n";
    private static final int SNAPSHOT_MESSAGES = 200;

    private final SocketParts parts;
    private final Histories histories;
    private final RoutingContext context;
    private final Context loop;
    private final Identity caller;
    private final String session;
    private final AguiInput input;
    private final AguiEvents events;
    private final AguiThread thread;
    private final AguiTurn turn;
    private final StreamedResponse response;
    private Phase phase = Phase.READING;
    private String run;
    private String message;

    private enum Phase {
        /** The session is being read. */
        READING,
        /** Commands are being decided: events wait. */
        DECIDING,
        /** The run is read from its beginning. */
        JOINING,
        RUNNING,
        ENDING
    }

    AguiRun(
            SocketParts parts,
            Histories histories,
            RoutingContext context,
            Identity caller,
            String session,
            AguiInput input) {
        this.parts = parts;
        this.histories = histories;
        this.context = context;
        this.loop = context.vertx().getOrCreateContext();
        this.caller = caller;
        this.session = session;
        this.input = input;
        this.thread = new AguiThread(input);
        this.turn = new AguiTurn(parts, context, new AguiTurn.Asking(session, caller, input), thread, decided());
        this.events = new AguiEvents(input, turn.prefix());
        this.response = new StreamedResponse(parts, context, caller, this, how -> {});
    }

    /** @param whenGone called when the response has ended or the client has left; perhaps twice */
    void open(Runnable whenGone) {
        response.open(whenGone, () -> response.read(new Reading(session, caller.user(), null)));
    }

    // --- what is read

    /** Nothing is pushed while it is not known which run is wanted. */
    @Override
    public boolean full() {
        return response.full() || phase == Phase.DECIDING || phase == Phase.ENDING;
    }

    @Override
    public void frame(Frame frame) {
        if (response.hasEnded()) return;
        JsonObject json = new JsonObject(frame.text());
        switch (frame.type()) {
            case ATTACHED -> thread.attached(json);
            case SNAPSHOT -> thread.remember(json.getJsonArray("messages"));
            case LIVE -> live();
            case EVENT -> take(json);
            case NOTICE -> {
                if (!response.reads(session)) refused(null, session, Failure.notFound());
            }
            case ERROR, GOAWAY -> {}
        }
    }

    @Override
    public void refused(String attachId, String its, Failure failure) {
        if (response.hasBegun()) fail(failure.code().wire(), failure.message());
        else response.end(failure.code().wire(), () -> Problem.send(context, failure));
    }

    private void live() {
        if (phase == Phase.READING) decide();
        else if (phase == Phase.JOINING && !response.hasBegun()) endWithHistory(thread.outcomeOf(run));
    }

    private void take(JsonObject frame) {
        JsonObject event = frame.getJsonObject("event");
        boolean isAwaited = message != null
                && "TEXT_MESSAGE_START".equals(event.getString("type"))
                && message.equals(event.getString("messageId"));
        if (run == null && isAwaited) run = frame.getString("run");
        if (run == null || !run.equals(frame.getString("run"))) return;
        if (phase != Phase.RUNNING && phase != Phase.JOINING) return;
        begin();
        if (AguiEvents.isTerminal(event)) {
            terminal(event);
            return;
        }
        events.of(event, frame.getLong("ts")).forEach(this::push);
    }

    private void terminal(JsonObject event) {
        phase = Phase.ENDING;
        events.closed().forEach(this::push);
        if (AguiEvents.isInterrupt(event)) {
            withHistory(() -> finish(event));
        } else {
            finish(event);
        }
    }

    private void finish(JsonObject event) {
        push(events.terminal(event));
        response.end(event.getString("type"));
    }

    // --- what is decided

    private void decide() {
        phase = Phase.DECIDING;
        String before = thread.runOf(input.run());
        if (before != null) join(before);
        else turn.take();
    }

    private AguiTurn.Decided decided() {
        return new AguiTurn.Decided() {
            @Override
            public void refused(String code, String why) {
                fail(code, why);
            }

            @Override
            public void said(String its, String inRun) {
                message = its;
                go(inRun);
            }

            @Override
            public void goesOn(String its, boolean isRepeated) {
                if (isRepeated) join(its);
                else go(its);
            }

            @Override
            public void isSettled() {
                endWithHistory("success");
            }

            @Override
            public boolean isOver() {
                return response.hasEnded();
            }
        };
    }

    /** The run is read again from its beginning, which the log holds at least for the last one. */
    private void join(String its) {
        run = its;
        phase = Phase.JOINING;
        response.read(new Reading(session, caller.user(), thread.oldest()));
    }

    /** @param its null while the message waits for its run */
    private void go(String its) {
        run = its;
        phase = Phase.RUNNING;
        begin();
        response.goOn();
    }

    // --- what goes out

    private void begin() {
        if (response.begin()) push(events.started(thread.ignored()));
    }

    private void push(JsonObject event) {
        response.push("data: " + event.encode() + "\n\n");
    }

    private void fail(String code, String why) {
        if (response.hasEnded()) return;
        begin();
        events.closed().forEach(this::push);
        push(AguiEvents.error(code, why));
        response.end(code);
    }

    /** The run is too old to be read event by event, or there is none. */
    private void endWithHistory(String outcome) {
        begin();
        phase = Phase.ENDING;
        withHistory(() -> {
            if (outcome.equals("error")) {
                fail(ErrorCode.INTERRUPTED.wire(), "The run has failed.");
                return;
            }
            JsonObject end = new JsonObject().put("type", outcome);
            finish(new JsonObject().put("type", "RUN_FINISHED").put("outcome", end));
        });
    }

    /** The client's history becomes that of the log, with the client's ids of its own messages. */
    private void withHistory(Runnable then) {
        histories
                .before(session, Long.MAX_VALUE, SNAPSHOT_MESSAGES)
                .onComplete(read -> loop.runOnContext(ignored -> {
                    // Without its messages the end is as true as with them.
                    if (read.succeeded()) snapshot(read.result());
                    then.run();
                }));
    }

    private void snapshot(Histories.Newest newest) {
        push(AguiEvents.snapshot(newest.within(parts.settings().log().pageBytesMax())));
    }

    @Override
    public void tick() {
        boolean commentIsDue = response.tick(why -> refused(null, session, why));
        if (commentIsDue && response.hasBegun()) response.comment(COMMENT);
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        refused(null, session, Failure.unavailable());
        return Future.succeededFuture();
    }
}
