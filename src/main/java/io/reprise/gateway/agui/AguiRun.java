package io.reprise.gateway.agui;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.agui.AguiContent.Said;
import io.reprise.gateway.agui.AguiInput.Resume;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.reading.Outbox;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.stream.EventStreams;
import io.reprise.history.Histories;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
    private final HttpServerResponse response;
    private final Context loop;
    private final Identity caller;
    private final String session;
    private final AguiInput input;
    private final AguiEvents events;
    private final Outbox outbox;
    private Runnable gone = () -> {};

    private final AguiThread thread;
    private Phase phase = Phase.READING;
    private String run;
    private String message;
    /** Whether the last command that was accepted had been sent before. */
    private boolean duplicate;

    private boolean begun;
    private boolean ended;
    private long commentMs;

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
        this.response = context.response();
        this.loop = context.vertx().getOrCreateContext();
        this.caller = caller;
        this.session = session;
        this.input = input;
        this.thread = new AguiThread(input);
        this.events = new AguiEvents(input.thread(), input.run(), prefix());
        this.outbox = new Outbox(
                (part, first, last) -> response.write(part),
                parts.settings().server(),
                parts.clock(),
                () -> parts.subscriptions().drained(this),
                this::clientLeft);
    }

    /** The ids of commands of this run begin with it. */
    private String prefix() {
        return "agui:" + input.run() + ":";
    }

    /** @param whenGone called when the response has ended or the client has left; perhaps twice */
    void open(Runnable whenGone) {
        gone = whenGone;
        parts.metrics().connected();
        response.exceptionHandler(cause -> {});
        response.closeHandler(closed -> clientLeft());
        if (response.closed()) clientLeft();
        else parts.subscriptions().attach(this, new Reading(session, caller.user(), null), null);
    }

    private void clientLeft() {
        left("client");
        gone.run();
    }

    // --- what is read

    /** Nothing is pushed while it is not known which run is wanted. */
    @Override
    public boolean full() {
        return outbox.full() || phase == Phase.DECIDING || phase == Phase.ENDING;
    }

    @Override
    public void frame(Frame frame) {
        if (ended) return;
        JsonObject json = new JsonObject(frame.text());
        switch (frame.type()) {
            case ATTACHED -> thread.attached(json);
            case SNAPSHOT -> thread.remember(json.getJsonArray("messages"));
            case LIVE -> live();
            case EVENT -> take(json);
            case NOTICE -> {
                if (!parts.subscriptions().reads(this, session)) refused(null, session, Failure.notFound());
            }
            case ERROR, GOAWAY -> {}
        }
    }

    @Override
    public void refused(String attachId, String its, Failure failure) {
        if (ended) return;
        if (begun) {
            fail(failure.code().wire(), failure.message());
            return;
        }
        left(failure.code().wire());
        gone.run();
        Problem.send(context, failure);
    }

    private void live() {
        if (phase == Phase.READING) decide();
        else if (phase == Phase.JOINING && !begun) endWithHistory();
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
        end(event.getString("type"));
    }

    // --- what is decided

    private void decide() {
        phase = Phase.DECIDING;
        String before = thread.runOf(input.run());
        Set<String> open = thread.interrupts();
        if (before != null) join(before);
        else if (!input.resume().isEmpty()) resume(open);
        else if (!open.isEmpty())
            fail("interrupt_pending", "The thread has open interrupts; answer all of them by resume.");
        else if (!thread.results().isEmpty()) results();
        else say();
    }

    /** The run is read again from its beginning, which the log holds at least for the last one. */
    private void join(String its) {
        run = its;
        phase = Phase.JOINING;
        parts.subscriptions().attach(this, new Reading(session, caller.user(), thread.oldest()), null);
    }

    private void say() {
        List<String> ids = thread.news();
        if (ids.isEmpty()) {
            fail("bad_request", "The input has no new message.");
            return;
        }
        List<Said> said = ids.stream().map(input.said()::get).toList();
        String text = said.stream().map(Said::text).collect(Collectors.joining("\n\n"));
        List<Part> others = new ArrayList<>();
        said.forEach(one -> others.addAll(one.files()));
        if (text.isBlank() && others.isEmpty()) {
            fail("bad_request", "The new message is empty.");
            return;
        }
        others.addAll(input.context());
        Content content = Content.of(text, others);
        int bytesMax = parts.settings().sessions().textBytesMax();
        if (content.bytes() > bytesMax) {
            refuse(Failure.tooLong("context", bytesMax));
            return;
        }
        ask(prefix() + ids.getLast(), new Command.Send(content, OnBusy.QUEUE, null, input.tools()), result -> {
            CommandResult.Sent sent = (CommandResult.Sent) result;
            message = sent.message();
            go(sent.run());
        });
    }

    private void results() {
        if (thread.bringsSomeResultsOnly()) {
            fail("bad_request", "Bring the results of all pending calls at once.");
            return;
        }
        ask(prefix(), new Command.Results(thread.results()), result -> {
            CommandResult.Answered answered = (CommandResult.Answered) result;
            if (answered.run() == null) fail("bad_request", "Bring the results of all pending calls at once.");
            else goOrJoin(answered.run());
        });
    }

    private void resume(Set<String> open) {
        Set<String> named = input.resume().stream().map(Resume::interrupt).collect(Collectors.toSet());
        if (!named.containsAll(open)) {
            fail("bad_request", "`resume` must answer every open interrupt of the thread.");
            return;
        }
        if (thread.hasPendingCalls() && (thread.results().isEmpty() || thread.bringsSomeResultsOnly())) {
            fail("bad_request", "Calls of the client are pending, too; bring their results.");
            return;
        }
        if (thread.hasPendingCalls()) {
            ask(prefix(), new Command.Results(thread.results()), result -> answer(0, null));
            return;
        }
        answer(0, null);
    }

    /** Answers one after the other; the last one that is open starts the run. */
    private void answer(int index, String started) {
        if (index == input.resume().size()) {
            if (started == null) fail("bad_request", "Calls of the client are pending, too; bring their results.");
            else goOrJoin(started);
            return;
        }
        Resume one = input.resume().get(index);
        String interrupt = one.interrupt();
        boolean isOpen = thread.interrupts().contains(interrupt);
        decide(prefix() + interrupt, AguiDecision.forms(one, isOpen, thread.isQuestion(interrupt)), result -> {
            String its = ((CommandResult.Answered) result).run();
            answer(index + 1, its == null ? started : its);
        });
    }

    /** Sends the first of these commands that is accepted; if none is, the refusal of the first one counts. */
    private void decide(String id, List<Command> forms, Then then) {
        ask(id, forms.getFirst(), then, refused -> {
            if (forms.size() == 1) refuse(refused);
            else ask(id, forms.getLast(), then, again -> refuse(refused));
        });
    }

    private interface Then {
        void accepted(CommandResult result);
    }

    private void ask(String id, Command command, Then then) {
        ask(id, command, then, this::refuse);
    }

    private void refuse(Failure failure) {
        fail(failure.code().wire(), failure.message());
    }

    private void ask(String id, Command command, Then then, Consumer<Failure> otherwise) {
        Asked asked = new Asked(session, caller.user(), id, command)
                .by(caller.sender())
                .because(RequestTrace.cause(context));
        parts.commands().ask(asked, outcome -> {
            if (ended) return;
            switch (outcome) {
                case CommandOutcome.Refused refused -> otherwise.accept(refused.failure());
                case CommandOutcome.Accepted accepted -> {
                    duplicate = accepted.duplicate();
                    then.accepted(accepted.result());
                }
            }
        });
    }

    private void goOrJoin(String its) {
        if (duplicate) join(its);
        else go(its);
    }

    /** @param its null while the message waits for its run */
    private void go(String its) {
        run = its;
        phase = Phase.RUNNING;
        begin();
        parts.subscriptions().drained(this);
    }

    // --- what goes out

    private void begin() {
        if (begun) return;
        begun = true;
        commentMs = parts.clock().elapsedMs();
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        push(events.started(thread.ignored()));
    }

    private void push(JsonObject event) {
        if (!ended) outbox.push("data: " + event.encode() + "\n\n");
    }

    private void fail(String code, String why) {
        if (ended) return;
        begin();
        events.closed().forEach(this::push);
        push(AguiEvents.error(code, why));
        end(code);
    }

    /** The run is too old to be read event by event. */
    private void endWithHistory() {
        begin();
        phase = Phase.ENDING;
        String outcome = thread.outcomeOf(run);
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
        if (ended) return;
        if (outbox.stalled()) {
            left("slow");
            response.reset();
            gone.run();
        } else if (endOfCaller() != null) {
            refused(null, session, endOfCaller());
        } else if (begun
                && parts.clock().elapsedMs() - commentMs
                        >= parts.settings().server().commentMs()) {
            commentMs = parts.clock().elapsedMs();
            if (!outbox.full()) outbox.push(COMMENT);
        }
    }

    /** The reason to end the stream because of its identity, or null. */
    private Failure endOfCaller() {
        CloseCode code = parts.authenticator().endOf(caller);
        if (code == null) return null;
        return code == CloseCode.TOKEN_EXPIRED ? EventStreams.EXPIRED : Authenticator.BLOCKED_USER;
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        if (ended) return Future.succeededFuture();
        refused(null, session, Failure.unavailable());
        return Future.succeededFuture();
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
    }
}
