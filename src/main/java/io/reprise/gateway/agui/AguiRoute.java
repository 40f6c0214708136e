package io.reprise.gateway.agui;

import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.CrossOrigin;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.ClientToolReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.Connections;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.gateway.stream.EventStreams;
import io.reprise.history.Histories;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** AG-UI, {@code /agui/AGENT}: outside the REST interface, because its shapes are those of another protocol. */
public final class AguiRoute {
    public static final String PATH = "/agui/";

    private static final Failure NO_JSON = Failure.badRequest("The body must be a JSON object.");
    private static final Failure NO_THREAD = Failure.badRequest("`threadId` must be the name of a thread.");
    private static final Failure OTHER_AGENT = Failure.of(ErrorCode.CONFLICT, "This thread belongs to another agent.");

    private final GatewayParts parts;
    private final SocketParts sockets;
    private final Connections connections;
    private final CrossOrigin crossOrigin;
    private final BodyReader bodies;
    private final AguiCapabilities capabilities;
    private final AguiStops stops;

    public AguiRoute(
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
        this.capabilities = new AguiCapabilities(parts);
        this.stops = new AguiStops(parts.read(), sockets.commands());
    }

    public void mountOn(Router router) {
        router.route(PATH + "*").handler(crossOrigin).handler(authenticator()::limit);
        router.post(PATH + ":agent")
                .handler(this::admit)
                .handler(context -> bodies.read(
                        context,
                        authenticator().address(context.request()),
                        parts.settings().server().frameBytesMax()))
                .handler(this::run);
        router.get(PATH + ":agent/capabilities")
                .handler(this::admit)
                .handler(bodies::ignore)
                .handler(capabilities::answer);
        router.delete(PATH + ":agent/runs/:run")
                .handler(this::admit)
                .handler(bodies::ignore)
                .handler(this::stop);
        Api.refuseOthers(router, PATH + ":agent", "POST");
        Api.refuseOthers(router, PATH + ":agent/capabilities", "GET");
        Api.refuseOthers(router, PATH + ":agent/runs/:run", "DELETE");
    }

    private Authenticator authenticator() {
        return sockets.authenticator();
    }

    private void admit(RoutingContext context) {
        RequestTrace.route(context, PATH + "{agent}");
        authenticator().admit(context);
    }

    // --- a run

    private void run(RoutingContext context) {
        JsonObject body;
        try {
            body = BodyReader.take(context).toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            Problem.send(context, NO_JSON);
            return;
        }
        Fields fields = new Fields(body);
        ClientToolReader tools =
                new ClientToolReader(parts.current().map(now -> now.tools().client()));
        int textBytesMax = parts.settings().sessions().textBytesMax();
        List<String> told = parts.catalogue()
                .live()
                .current()
                .get()
                .agent(named(agent(context)))
                .map(AgentDefinition::clientContext)
                .orElse(List.of());
        AguiInput input = AguiInput.read(body, fields, tools, told, textBytesMax);
        if (input == null) {
            Problem.send(context, fields.fault());
            return;
        }
        Identity caller = Authenticator.caller(context);
        Optional<Failure> tooOften = sockets.commands().attaches(caller.user());
        if (tooOften.isPresent()) Problem.send(context, tooOften.get());
        else withSession(context, input.thread(), true, session -> stream(context, caller, session, input));
    }

    private interface Then {
        void go(String session);
    }

    /** The session of a thread: the one of that id, or the one that the thread's name stands for. */
    private void withSession(RoutingContext context, String thread, boolean create, Then then) {
        Identity caller = Authenticator.caller(context);
        String agent = agent(context);
        boolean isSession = thread.startsWith("s_");
        Asked making = Asked.create(caller.user(), "agui:" + thread, new Command.Create(agent, null, null));
        String session = isSession ? thread : making.session();
        parts.read()
                .sessions()
                .find(caller.user(), session)
                .onSuccess(found -> {
                    if (found.isPresent()) {
                        boolean same = Objects.equals(named(found.get().agent()), named(agent));
                        if (same) then.go(session);
                        else Problem.send(context, OTHER_AGENT);
                    } else if (isSession || !create) {
                        Problem.send(context, Failure.notFound());
                    } else {
                        create(context, making, then);
                    }
                })
                .onFailure(cause -> Problem.send(context, Failure.unavailable()));
    }

    private void create(RoutingContext context, Asked making, Then then) {
        Identity caller = Authenticator.caller(context);
        Asked complete = making.by(caller.sender()).because(RequestTrace.cause(context));
        sockets.commands().ask(complete, outcome -> {
            switch (outcome) {
                case CommandOutcome.Refused refused -> Problem.send(context, refused.failure());
                case CommandOutcome.Accepted accepted -> then.go(making.session());
            }
        });
    }

    /** Null for the default agent. */
    static String agent(RoutingContext context) {
        String agent = context.pathParam("agent");
        return agent.equals(AgentDefinition.DEFAULT) ? null : agent;
    }

    static String named(String agent) {
        return agent == null ? AgentDefinition.DEFAULT : agent;
    }

    private void stream(RoutingContext context, Identity caller, String session, AguiInput input) {
        Histories histories = parts.read().histories();
        AguiRun run = new AguiRun(sockets, histories, context, caller, session, input);
        String address = authenticator().credentials(context.request()).address();
        connections
                .admit(run, caller.user(), address)
                .ifPresentOrElse(run::open, () -> Problem.send(context, EventStreams.TOO_MANY));
    }

    /** Stops the run in the thread that is named, or in whichever it is active. */
    private void stop(RoutingContext context) {
        String thread = context.request().getParam("threadId");
        if (thread == null) stops.anywhere(context, named(agent(context)));
        else if (Fields.isId(thread)) withSession(context, thread, false, session -> stops.in(context, session));
        else Problem.send(context, NO_THREAD);
    }
}
