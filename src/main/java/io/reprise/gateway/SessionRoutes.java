package io.reprise.gateway;

import io.reprise.gateway.Authenticator.Authentication;
import io.reprise.gateway.Commands.Asked;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /sessions} of the REST interface: PROTOCOL section 7. */
final class SessionRoutes {
    private static final Logger log = LoggerFactory.getLogger(SessionRoutes.class);

    private final Authenticator authenticator;
    private final Commands commands;
    private final CommandReader reader;
    private final SessionDirectory directory;
    private final Histories histories;
    private final IdSource ids;

    SessionRoutes(Authenticator authenticator, Commands commands, CommandReader reader, GatewayParts parts) {
        this.authenticator = authenticator;
        this.commands = commands;
        this.reader = reader;
        this.directory = parts.directory();
        this.histories = parts.histories();
        this.ids = parts.ids();
    }

    void mountOn(Router api) {
        api.post("/sessions").handler(known(this::create));
        api.get("/sessions").handler(known(this::list));
        api.get("/sessions/:session").handler(known(this::get));
        api.patch("/sessions/:session").handler(known(this::update));
        api.delete("/sessions/:session").handler(known(this::delete));
        api.get("/sessions/:session/messages").handler(known(this::messages));
        api.post("/sessions/:session/messages").handler(known((context, user) -> command(context, user, "send")));
        for (String type : List.of("stop", "unqueue", "requeue")) {
            api.post("/sessions/:session/" + type).handler(known((context, user) -> command(context, user, type)));
        }
    }

    /** For callers with a valid token; the handler gets its user. */
    private Handler<RoutingContext> known(BiConsumer<RoutingContext, String> handler) {
        return context -> authenticator
                .authenticate(Bearer.of(context.request()))
                .onSuccess(authentication -> {
                    switch (authentication) {
                        case Authentication.Refused refused -> Problem.send(context, refused.failure());
                        case Authentication.Known known
                        when !namesASession(context) -> Problem.send(context, Failure.notFound());
                        case Authentication.Known known ->
                            handler.accept(context, known.identity().user());
                    }
                });
    }

    /** True also where none is named; a text that is no identifier can be no session's. */
    private static boolean namesASession(RoutingContext context) {
        return session(context) == null || Fields.isId(session(context));
    }

    private void create(RoutingContext context, String user) {
        read(context, CommandReader.CREATE, (command, key) -> {
            Asked asked = key == null
                    ? new Asked(ids.next("s_"), user, null, command)
                    : Asked.create(user, key, (Command.Create) command);
            ask(context, asked, result -> {
                context.response().putHeader(HttpHeaders.LOCATION, "/api/v1/sessions/" + asked.session());
                send(context, 201, result);
            });
        });
    }

    private void command(RoutingContext context, String user, String type) {
        read(
                context,
                type,
                (command, key) -> ask(
                        context,
                        new Asked(session(context), user, key, command),
                        result -> send(context, 202, result)));
    }

    private void update(RoutingContext context, String user) {
        read(
                context,
                CommandReader.UPDATE,
                (command, key) -> ask(
                        context,
                        new Asked(session(context), user, key, command),
                        result -> send(context, 200, result)));
    }

    private void delete(RoutingContext context, String user) {
        Asked asked = new Asked(session(context), user, null, new Command.Delete());
        ask(context, asked, result -> context.response().setStatusCode(204).end());
    }

    private void list(RoutingContext context, String user) {
        Paging paging = Paging.of(context.request());
        if (paging.fault() != null) {
            Problem.send(context, paging.fault());
            return;
        }
        directory
                .list(user, paging.cursor(), paging.limit())
                .onSuccess(page -> send(context, 200, page))
                .onFailure(cause -> {
                    if (cause instanceof IllegalArgumentException) {
                        Problem.send(context, Paging.CURSOR);
                    } else {
                        storeAway(context, cause);
                    }
                });
    }

    private void get(RoutingContext context, String user) {
        owned(context, user, summary -> send(context, 200, summary));
    }

    private void messages(RoutingContext context, String user) {
        Paging paging = Paging.of(context.request());
        if (paging.fault() != null) {
            Problem.send(context, paging.fault());
            return;
        }
        owned(
                context,
                user,
                summary -> newest(summary, paging)
                        .onSuccess(newest -> send(context, 200, new Messages(newest.messages(), newest.earlier())))
                        .onFailure(cause -> storeAway(context, cause)));
    }

    private Future<Histories.Newest> newest(SessionSummary summary, Paging paging) {
        return histories.before(summary.id(), paging.before(), paging.limit());
    }

    record Messages(List<?> messages, boolean earlier) {}

    /** Owner-only: a foreign session is as good as none. */
    private void owned(RoutingContext context, String user, Consumer<SessionSummary> then) {
        directory
                .find(user, session(context))
                .onSuccess(found -> found.ifPresentOrElse(then, () -> Problem.send(context, Failure.notFound())))
                .onFailure(cause -> storeAway(context, cause));
    }

    /** Reads the command in the body; {@code then} gets it with its key, which may be null. */
    private void read(RoutingContext context, String type, BiConsumer<Command, String> then) {
        ApiBodies.json(context).ifPresent(body -> {
            Fields fields = new Fields(body);
            Command command = reader.read(type, fields);
            Fields header = new Fields(
                    new JsonObject().put("Idempotency-Key", context.request().getHeader("Idempotency-Key")));
            String key = header.optionalId("Idempotency-Key");
            Failure fault = header.fault() == null ? fields.fault() : header.fault();
            if (fault != null) Problem.send(context, fault);
            else then.accept(command, key);
        });
    }

    private void ask(RoutingContext context, Asked asked, Consumer<Map<String, Object>> accepted) {
        commands.ask(asked, outcome -> {
            switch (outcome) {
                case CommandOutcome.Refused refused -> Problem.send(context, refused.failure());
                case CommandOutcome.Accepted done -> {
                    Map<String, Object> fields = new LinkedHashMap<>(ServerFrames.result(done.result()));
                    if (done.duplicate()) fields.put("duplicate", true);
                    accepted.accept(fields);
                }
            }
        });
    }

    private static String session(RoutingContext context) {
        return context.pathParam("session");
    }

    private static void send(RoutingContext context, int status, Object body) {
        if (context.response().closed()) return;
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Json.text(body));
    }

    private static void storeAway(RoutingContext context, Throwable cause) {
        log.atWarn()
                .setCause(cause)
                .addKeyValue("path", context.normalizedPath())
                .log("the store did not answer a request");
        Problem.send(context, Failure.unavailable());
    }
}
