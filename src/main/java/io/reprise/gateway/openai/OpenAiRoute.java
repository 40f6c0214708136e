package io.reprise.gateway.openai;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.CatalogChoices;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.config.completion.CompletionSettings;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.CrossOrigin;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.ClientToolReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.Connections;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.attachment.SentImages;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.stream.EventStreams;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.opening.TemporarySession;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;

/** OpenAI's chat completions, {@code /v1}: outside the REST interface, because the shapes are those of another API. */
public final class OpenAiRoute {
    public static final String PATH = "/v1/";

    private static final String CHAT = PATH + "chat/completions";
    private static final String MODELS = PATH + "models";

    private static final Failure NO_JSON = Failure.badRequest("The body must be a JSON object.");
    private static final Failure NO_SESSION =
            Failure.badRequest("`" + Completion.SESSION_HEADER + "` must have 1 to 128 characters.");
    private static final Failure OTHER_AGENT =
            Failure.of(ErrorCode.CONFLICT, "This session belongs to another agent than `model`.");
    private static final Failure TOO_MANY = Failure.of(
            ErrorCode.TOO_MANY_REQUESTS, "Too many completions at the same time; try again when one has ended.");

    private final GatewayParts parts;
    private final SocketParts sockets;
    private final Connections connections;
    private final CrossOrigin crossOrigin;
    private final BodyReader bodies;

    public OpenAiRoute(
            GatewayParts parts,
            SocketParts sockets,
            Connections connections,
            CrossOrigin crossOrigin,
            BodyReader bodies) {
        this.parts = parts;
        this.sockets = sockets;
        this.connections = connections;
        this.crossOrigin = crossOrigin;
        this.bodies = bodies;
    }

    public void mountOn(Router router) {
        router.route(PATH + "*")
                .handler(OpenAiErrors::formOf)
                .handler(crossOrigin)
                .handler(authenticator()::limit);
        router.post(CHAT)
                .handler(this::admit)
                .handler(context ->
                        bodies.read(context, authenticator().address(context.request()), limits().bodyBytesMax()))
                .handler(this::complete);
        router.get(MODELS).handler(this::admit).handler(bodies::ignore).handler(this::models);
        router.get(MODELS + "/:model")
                .handler(this::admit)
                .handler(bodies::ignore)
                .handler(this::model);
        Api.refuseOthers(router, CHAT, "POST");
        Api.refuseOthers(router, MODELS, "GET");
        Api.refuseOthers(router, MODELS + "/:model", "GET");
    }

    private Authenticator authenticator() {
        return sockets.authenticator();
    }

    private CompletionSettings limits() {
        return parts.settings().completions();
    }

    private void admit(RoutingContext context) {
        RequestTrace.route(context, context.request().path().startsWith(CHAT) ? CHAT : MODELS);
        authenticator().admit(context);
    }

    // --- models

    private void models(RoutingContext context) {
        Catalog catalog = sockets.catalog().get();
        JsonArray data = new JsonArray();
        catalog.all(Kind.AGENT).forEach(listed -> {
            String name = listed.key().name();
            if (refusal(context, name).isEmpty()) data.add(described(name));
        });
        JsonObject list = new JsonObject().put("object", "list").put("data", data);
        Answers.send(context, 200, "application/json", list.encode());
    }

    private void model(RoutingContext context) {
        String name = context.pathParam("model");
        refusal(context, name)
                .ifPresentOrElse(
                        why -> OpenAiErrors.noModel(context, why),
                        () -> Answers.send(
                                context,
                                200,
                                "application/json",
                                described(name).encode()));
    }

    private static JsonObject described(String agent) {
        return new JsonObject()
                .put("id", agent)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "reprise");
    }

    /** Why the caller cannot use this agent; empty if the caller can. */
    private Optional<Failure> refusal(RoutingContext context, String agent) {
        Identity caller = Authenticator.caller(context);
        return new CatalogChoices(sockets.catalog())
                .choosing(agent, caller.isStaff())
                .or(() -> caller.sender().refusal(agent));
    }

    // --- completions

    private void complete(RoutingContext context) {
        JsonObject body;
        try {
            body = BodyReader.take(context).toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            OpenAiErrors.send(context, NO_JSON);
            return;
        }
        ClientToolReader tools =
                new ClientToolReader(parts.current().map(now -> now.tools().client()));
        ChatReader reader = new ChatReader(
                limits(),
                tools,
                parts.settings().sessions().textBytesMax(),
                parts.settings().attachments().perMessageMax());
        ChatRequest request = reader.read(body);
        String name = context.request().getHeader(Completion.SESSION_HEADER);
        if (request == null) {
            OpenAiErrors.send(context, reader.fault(), reader.param());
        } else if (refusal(context, request.model()).isPresent()) {
            OpenAiErrors.noModel(context, refusal(context, request.model()).get());
        } else if (name != null && !Fields.isId(name)) {
            OpenAiErrors.send(context, NO_SESSION);
        } else {
            sockets.commands()
                    .attaches(Authenticator.caller(context).user())
                    .ifPresentOrElse(
                            tooOften -> OpenAiErrors.send(context, tooOften), () -> inSession(context, request, name));
        }
    }

    /** @param name the session, or what the caller calls it; null for one that ends with the call */
    private void inSession(RoutingContext context, ChatRequest request, String name) {
        String user = Authenticator.caller(context).user();
        String agent = request.model().equals(AgentDefinition.DEFAULT) ? null : request.model();
        Command.Create create =
                new Command.Create(agent, null, null, request.earlier().isEmpty() ? null : request.earlier());
        if (name == null) {
            String session = TemporarySession.id(parts.ids().next(""));
            open(context, request, new Asked(session, user, null, create), false);
            return;
        }
        boolean isSession = name.startsWith("s_");
        Asked making = isSession ? new Asked(name, user, null, create) : Asked.create(user, "openai:" + name, create);
        parts.read()
                .sessions()
                .find(user, making.session())
                .onSuccess(found -> {
                    if (found.isEmpty() && isSession) {
                        OpenAiErrors.send(context, Failure.notFound());
                    } else if (found.isPresent()
                            && !Objects.equals(named(found.get().agent()), request.model())) {
                        OpenAiErrors.send(context, OTHER_AGENT, "model");
                    } else {
                        open(context, request, making, found.isPresent());
                    }
                })
                .onFailure(cause -> OpenAiErrors.send(context, Failure.unavailable()));
    }

    private static String named(String agent) {
        return agent == null ? AgentDefinition.DEFAULT : agent;
    }

    private void open(RoutingContext context, ChatRequest request, Asked session, boolean exists) {
        Identity caller = Authenticator.caller(context);
        if (!sockets.limits().completing(caller.user(), limits().perUserMax())) {
            OpenAiErrors.send(context, TOO_MANY);
            return;
        }
        Completions objects = new Completions(
                parts.ids().next("chatcmpl-"), request.model(), parts.time().nowMs() / 1_000, request.countsTokens());
        Completion completion = new Completion(
                sockets, new Call(context, caller, session, exists, request), objects, new SentImages(parts));
        String address = authenticator().address(context.request());
        connections
                .admit(completion, caller.user(), address)
                .ifPresentOrElse(left -> completion.open(once(caller.user(), left)), () -> {
                    sockets.limits().completed(caller.user());
                    OpenAiErrors.send(context, EventStreams.TOO_MANY);
                });
    }

    private Runnable once(String user, Runnable left) {
        boolean[] isOver = {false};
        return () -> {
            left.run();
            if (!isOver[0]) sockets.limits().completed(user);
            isOver[0] = true;
        };
    }
}
