package io.reprise.gateway.agui;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.rest.GatewayParts.ReadSide;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory.Which;
import io.reprise.history.SessionSummary;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code DELETE /agui/AGENT/runs/RUN}: stops a run by the name that its client gave it, if it is active. */
final class AguiStops {
    private static final int MESSAGES = 200;
    /** Of the sessions that changed last, in which a run without a thread is looked for. */
    private static final int SESSIONS = 200;

    private static final Failure NOT_ACTIVE = Failure.notFound("Active run");

    private final ReadSide read;
    private final PendingCommands commands;

    AguiStops(ReadSide read, PendingCommands commands) {
        this.read = read;
        this.commands = commands;
    }

    /** One that goes on after answers has no name in the log, so there a name that the log does not know stops it. */
    void in(RoutingContext context, String session) {
        newest(session)
                .onSuccess(newest -> {
                    Optional<String> active = active(newest);
                    String name = context.pathParam("run");
                    boolean isMeant = active.isPresent()
                            && called(name, newest)
                                    .map(active.get()::equals)
                                    .orElse(!isBegunByMessage(active.get(), newest));
                    if (isMeant) stop(context, session, active.get());
                    else Problem.send(context, NOT_ACTIVE);
                })
                .onFailure(cause -> Problem.send(context, Failure.unavailable()));
    }

    /** In whichever session of the caller with this agent; only by a name that its log knows. */
    void anywhere(RoutingContext context, String agent) {
        Identity caller = Authenticator.caller(context);
        Optional<Failure> tooOften = commands.attaches(caller.user());
        if (tooOften.isPresent()) {
            Problem.send(context, tooOften.get());
            return;
        }
        read.sessions()
                .list(caller.user(), Which.ALL, null, SESSIONS)
                .compose(page -> find(
                        context.pathParam("run"),
                        page.sessions().stream()
                                .filter(SessionSummary::running)
                                .filter(session ->
                                        AguiRoute.named(session.agent()).equals(agent))
                                .map(SessionSummary::id)
                                .toList()))
                .onSuccess(found -> found.ifPresentOrElse(
                        its -> stop(context, its.session(), its.run()), () -> Problem.send(context, NOT_ACTIVE)))
                .onFailure(cause -> Problem.send(context, Failure.unavailable()));
    }

    private record Found(String session, String run) {}

    /** Reads one session after the other. */
    private Future<Optional<Found>> find(String name, List<String> sessions) {
        if (sessions.isEmpty()) return Future.succeededFuture(Optional.empty());
        String session = sessions.getFirst();
        return newest(session).compose(newest -> {
            Optional<String> active = active(newest);
            Optional<String> its = called(name, newest);
            return active.isPresent() && active.equals(its)
                    ? Future.succeededFuture(Optional.of(new Found(session, its.get())))
                    : find(name, sessions.subList(1, sessions.size()));
        });
    }

    private Future<Histories.Newest> newest(String session) {
        return read.histories().before(session, Long.MAX_VALUE, MESSAGES);
    }

    private static Optional<String> active(Histories.Newest newest) {
        return Optional.ofNullable(newest.run()).map(run -> run.id());
    }

    /** The run that its client calls so. */
    private static Optional<String> called(String name, Histories.Newest newest) {
        String prefix = AguiThread.PREFIX + name + ":";
        return newest.messages().stream()
                .map(ChatMessage::metadata)
                .filter(metadata ->
                        metadata.command() != null && metadata.command().startsWith(prefix))
                .map(ChatMessage.Metadata::run)
                .findFirst();
    }

    private static boolean isBegunByMessage(String run, Histories.Newest newest) {
        return newest.messages().stream()
                .map(ChatMessage::metadata)
                .anyMatch(metadata -> metadata.command() != null && run.equals(metadata.run()));
    }

    private void stop(RoutingContext context, String session, String run) {
        Identity caller = Authenticator.caller(context);
        Asked asked = new Asked(session, caller.user(), null, new Command.Stop(run, Command.Scope.RUN))
                .by(caller.sender())
                .because(RequestTrace.cause(context));
        commands.ask(asked, outcome -> {
            if (outcome instanceof CommandOutcome.Refused refused) Problem.send(context, refused.failure());
            else context.response().setStatusCode(204).end();
        });
    }
}
