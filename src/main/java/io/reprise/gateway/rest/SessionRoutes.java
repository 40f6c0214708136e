package io.reprise.gateway.rest;

import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.history.Histories;
import io.reprise.history.SearchWords;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionDirectory.Which;
import io.reprise.history.SessionSummary;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.IdSource;
import io.reprise.support.Permits;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** {@code /sessions} of the REST API, see section 7 of the protocol. */
public final class SessionRoutes {
    private static final Failure TOO_MANY_SEARCHES = Failure.of(
                    ErrorCode.TOO_MANY_REQUESTS, "Too many searches are running; try again shortly.")
            .after(1_000);

    private static final Failure TOO_SLOW =
            Failure.of(ErrorCode.TIMEOUT, "The search took too long; try a longer or less common word.");

    private final GatewayParts parts;
    private final CommandCalls commands;
    private final SessionDirectory directory;
    private final Histories histories;
    private final IdSource ids;
    private final Permits searches;

    public SessionRoutes(CommandCalls commands, GatewayParts parts) {
        this.parts = parts;
        this.commands = commands;
        this.directory = parts.read().sessions();
        this.histories = parts.read().histories();
        this.ids = parts.ids();
        this.searches = parts.read().searches();
    }

    public void bindTo(Api api) {
        api.on("createSession", this::create)
                .on("forkSession", this::fork)
                .on("listSessions", this::list)
                .on("getSession", this::get)
                .on("updateSession", this::update)
                .on("deleteSession", this::delete)
                .on("listMessages", this::messages)
                .on("sendMessage", commands.message("send"))
                .on("stopRun", commands.command("stop"))
                .on("answerInterrupt", commands.command("answer"))
                .on("giveFeedback", commands.command(CommandReader.FEEDBACK))
                .on("unqueueMessage", commands.command("unqueue"))
                .on("requeueMessage", commands.command("requeue"))
                .on("regenerate", commands.message("regenerate"))
                .on("readSession", this::read)
                .on("keepSession", commands.command(CommandReader.KEEP))
                .on("compactSession", commands.command(CommandReader.COMPACT))
                .on("sendToBackground", commands.command(CommandReader.BACKGROUND))
                .on("clearSession", commands.command(CommandReader.CLEAR));
    }

    private void create(ApiCall call) {
        commands.read(call, CommandReader.CREATE, (command, key) -> make(call, command, key));
    }

    private void fork(ApiCall call) {
        Fields fields = new Fields(call.body());
        String message = fields.optionalId("message");
        String checkpoint = fields.optionalId("checkpoint");
        if ((message == null) == (checkpoint == null)) {
            fields.fault(Failure.badRequest("Specify either `message` or `checkpoint`."));
        }
        if (fields.fault() != null) call.refuse(fields.fault());
        else make(call, new Command.Fork(call.session(), message, checkpoint), call.text("Idempotency-Key"));
    }

    private void make(ApiCall call, Command making, String key) {
        Asked asked = key == null
                ? new Asked(ids.next("s_"), call.user(), null, making)
                : Asked.create(call.user(), key, making);
        commands.ask(call, asked, result -> call.created("/sessions/" + asked.session(), result));
    }

    private void update(ApiCall call) {
        commands.read(
                call,
                CommandReader.UPDATE,
                (command, key) -> commands.ask(
                        call,
                        new Asked(call.session(), call.user(), key, command),
                        result -> call.answer(200, result)));
    }

    private void read(ApiCall call) {
        commands.read(
                call,
                CommandReader.READ,
                (command, key) -> commands.ask(
                        call,
                        new Asked(call.session(), call.user(), null, command),
                        result -> call.answer(200, result)));
    }

    private void delete(ApiCall call) {
        Asked asked = new Asked(call.session(), call.user(), null, new Command.Delete());
        commands.ask(call, asked, result -> call.answerNothing());
    }

    private void list(ApiCall call) {
        SearchWords words = SearchWords.of(call.text("q"));
        if (words != null) search(call, words);
        else answer(call, directory.list(call.user(), which(call), call.text("cursor"), call.integer("limit")));
    }

    /** The contract allows no other values. */
    private static Which which(ApiCall call) {
        return switch (call.text("archived")) {
            case "true" -> Which.ARCHIVED;
            case "all" -> Which.ALL;
            default -> Which.LISTED;
        };
    }

    private void search(ApiCall call, SearchWords words) {
        if (!searches.take(call.user())) {
            call.refuse(TOO_MANY_SEARCHES);
            return;
        }
        answer(
                call,
                directory
                        .search(call.user(), words, which(call), call.text("cursor"), call.integer("limit"))
                        .onComplete(done -> searches.giveBack(call.user())));
    }

    private static void answer(ApiCall call, Future<SessionDirectory.Page> page) {
        page.onSuccess(found -> call.answer(200, found)).onFailure(cause -> {
            switch (cause) {
                case IllegalArgumentException e -> call.refuse(ApiCall.FOREIGN_CURSOR);
                case SessionDirectory.TooSlow e -> call.refuse(TOO_SLOW);
                default -> call.storeAway(cause);
            }
        });
    }

    private void get(ApiCall call) {
        owned(call, summary -> call.answer(200, summary));
    }

    private void messages(ApiCall call) {
        long before = call.number("before", Long.MAX_VALUE);
        int charsMax = parts.settings().log().pageBytesMax();
        owned(
                call,
                summary -> histories
                        .before(summary.id(), before, call.integer("limit"))
                        .onSuccess(newest -> call.answer(200, Messages.of(newest.within(charsMax))))
                        .onFailure(call::storeAway));
    }

    record Messages(List<?> messages, boolean earlier) {
        static Messages of(Histories.Newest newest) {
            return new Messages(newest.messages(), newest.earlier());
        }
    }

    /** Only the user's own session; another user's counts as absent. */
    private void owned(ApiCall call, Consumer<SessionSummary> then) {
        directory
                .find(call.user(), call.session())
                .onSuccess(found -> found.ifPresentOrElse(then, () -> call.refuse(Failure.notFound())))
                .onFailure(call::storeAway);
    }
}
