package io.reprise.gateway.rest.catalog;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.CrossOrigin;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.rest.Api;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.support.Current;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.tool.http.ToolAccess;
import io.reprise.tool.http.ToolAccess.Outcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;

/**
 * Calls of declared tools, {@code POST /tools/v1/NAME}. Outside the REST interface, because what there is, and what it takes, is
 * said by files and not by its contract; who may call is decided as there.
 */
public final class ToolCallRoute {
    public static final String PATH = "/tools/v1/";

    private static final int RETRY_MS = 1_000;
    private static final Failure UNKNOWN = Failure.notFound("Tool");
    private static final Failure NO_JSON = Failure.badRequest("The body must be application/json.");
    private static final Failure CROWDED = Failure.of(
                    ErrorCode.TOO_MANY_REQUESTS, "Too many calls of tools are under way; try again shortly.")
            .after(RETRY_MS);

    private final ToolAccess tools;
    private final Authenticator authenticator;
    private final CrossOrigin crossOrigin;
    private final BodyReader bodies;
    private final Current<Integer> bodyBytesMax;

    public ToolCallRoute(
            ToolAccess tools,
            Authenticator authenticator,
            CrossOrigin crossOrigin,
            BodyReader bodies,
            Current<Integer> bodyBytesMax) {
        this.tools = tools;
        this.authenticator = authenticator;
        this.crossOrigin = crossOrigin;
        this.bodies = bodies;
        this.bodyBytesMax = bodyBytesMax;
    }

    public void mountOn(Router router) {
        router.route(PATH + "*").handler(crossOrigin).handler(authenticator::limit);
        router.post(PATH + ":tool").handler(this::admit).handler(this::read).handler(this::call);
        Api.refuseOthers(router, PATH + ":tool", "POST");
    }

    private void admit(RoutingContext context) {
        RequestTrace.route(context, PATH + "{tool}");
        authenticator.admit(context);
    }

    private void read(RoutingContext context) {
        bodies.read(context, authenticator.address(context.request()), bodyBytesMax.get());
    }

    private void call(RoutingContext context) {
        String body = BodyReader.take(context).toString();
        if (!body.isEmpty() && !isJson(context)) {
            Problem.send(context, 415, NO_JSON);
            return;
        }
        Identity caller = Authenticator.caller(context);
        StopSignal stop = new StopSignal();
        context.response().closeHandler(gone -> stop.stop(Reason.DISOWNED));
        Future.fromCompletionStage(
                        tools.call(context.pathParam("tool"), caller.user(), body, stop),
                        context.vertx().getOrCreateContext())
                .onSuccess(outcome -> answer(context, outcome))
                .onFailure(context::fail);
    }

    private static boolean isJson(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    private static void answer(RoutingContext context, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done done -> Answers.send(context, 200, "application/json", Json.text(done.result()));
            case Outcome.Unknown unknown -> Problem.send(context, UNKNOWN);
            case Outcome.Crowded crowded -> Problem.send(context, CROWDED);
            case Outcome.Unfit unfit -> unfit(context, unfit.faults());
            case Outcome.Failed failed -> {
                ErrorCode code = failed.mayPass() ? ErrorCode.UNAVAILABLE : ErrorCode.TOOL_ERROR;
                Problem.send(context, Failure.of(code, failed.message()));
            }
        }
    }

    private static void unfit(RoutingContext context, List<ToolAccess.Fault> faults) {
        ToolAccess.Fault first = faults.getFirst();
        String subject = first.path().isEmpty() ? "The arguments" : "`" + first.path() + "`";
        Problem.send(
                context,
                Failure.badRequest(subject + " " + first.fault() + "."),
                faults.stream()
                        .map(fault -> new Problem.Detail(fault.path(), fault.fault()))
                        .toList());
    }
}
