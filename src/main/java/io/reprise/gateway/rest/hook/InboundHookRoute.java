package io.reprise.gateway.rest.hook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.Settings;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.history.StoreAway;
import io.reprise.hook.Hook;
import io.reprise.hook.HookStore;
import io.reprise.hook.Hooks;
import io.reprise.hook.Hooks.Verdict;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.secret.BodySignature;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.Texts;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of other servers, {@code POST /hooks/ID}: each becomes an immediate recall of the hook's session, once, however often it
 * is repeated.
 */
public final class InboundHookRoute {
    /** Outside the REST interface, because its callers have no token. */
    public static final String PATH = "/hooks/";

    private static final Logger log = LoggerFactory.getLogger(InboundHookRoute.class);
    private static final Failure UNKNOWN =
            Failure.of(ErrorCode.UNAUTHORIZED, "The request is not signed for a hook of this server.");
    private static final Failure LATE = Failure.of(
            ErrorCode.UNAUTHORIZED,
            "The time stamp in " + BodySignature.TIMESTAMP + " is too far from the server's clock, or is no number.");
    private static final Failure UNNAMED =
            Failure.badRequest(BodySignature.DELIVERY + " must name the delivery: 1 to 128 visible ASCII characters.");
    private static final Failure DISABLED = Failure.of(ErrorCode.FORBIDDEN, "This hook is switched off.");
    private static final Failure OFF = Failure.of(ErrorCode.UNAVAILABLE, "Hooks are switched off on this server.");
    private static final Failure TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many calls of this hook; try again later.");
    private static final Failure EMPTY = Failure.badRequest("The template makes an empty message of this body.");

    private final Hooks hooks;
    private final PendingCommands commands;
    private final Authenticator authenticator;
    private final AccessParts access;
    private final BodyReader bodies;
    private final Current<Settings> settings;

    public InboundHookRoute(
            Hooks hooks,
            PendingCommands commands,
            Authenticator authenticator,
            AccessParts access,
            BodyReader bodies,
            Current<Settings> settings) {
        this.hooks = hooks;
        this.commands = commands;
        this.authenticator = authenticator;
        this.access = access;
        this.bodies = bodies;
        this.settings = settings;
    }

    public void mountOn(Router router) {
        router.post(PATH + ":hook")
                .handler(authenticator::limit)
                .handler(this::admit)
                .handler(this::judge);
    }

    /** An address that often sent wrong signatures has to wait, as after wrong tokens. */
    private void admit(RoutingContext context) {
        RequestTrace.route(context, PATH + "{hook}");
        String address = authenticator.address(context.request());
        long waitMs = access.limits().attempt(address);
        if (hooks.reasonOff().isPresent()) Problem.send(context, OFF);
        else if (waitMs > 0) Problem.send(context, TOO_OFTEN.after(waitMs));
        else bodies.read(context, address, hooks.settings().bodyBytesMax());
    }

    private void judge(RoutingContext context) {
        HttpServerRequest request = context.request();
        byte[] body = BodyReader.take(context).getBytes();
        Hooks.Call call = new Hooks.Call(
                context.pathParam("hook"),
                request.getHeader(BodySignature.TIMESTAMP),
                request.getHeader(BodySignature.SIGNATURE),
                request.getHeader(BodySignature.DELIVERY),
                body);
        hooks.judge(call)
                .onSuccess(verdict -> {
                    switch (verdict) {
                        case Verdict.Good good -> accept(context, good, body);
                        case Verdict.Unknown unknown -> {
                            access.limits().failed(authenticator.address(request));
                            Problem.send(context, UNKNOWN);
                        }
                        case Verdict.Late late -> Problem.send(context, LATE);
                        case Verdict.Unnamed unnamed -> Problem.send(context, UNNAMED);
                        case Verdict.Disabled disabled -> Problem.send(context, DISABLED);
                    }
                })
                .onFailure(cause -> away(context, cause));
    }

    private void accept(RoutingContext context, Verdict.Good good, byte[] body) {
        Hook hook = good.hook();
        long waitMs = access.limits().hook(hook.id(), hooks.settings().callsPerMinute());
        String text = Texts.cutToBytes(
                Texts.wellFormed(Hooks.text(hook, body)),
                settings.get().sessions().textBytesMax());
        if (!access.rights().mayAct(hook.user())) Problem.send(context, DISABLED);
        else if (waitMs > 0) Problem.send(context, TOO_OFTEN.after(waitMs));
        else if (text.isBlank()) Problem.send(context, EMPTY);
        else {
            hooks.store()
                    .receive(hook.id(), good.delivery(), good.signature(), text)
                    .onSuccess(delivery -> deliver(context, hook, delivery))
                    .onFailure(cause -> away(context, cause));
        }
    }

    private void deliver(RoutingContext context, Hook hook, HookStore.Delivery delivery) {
        if (delivery.recall() != null) {
            answer(context, delivery.recall(), true);
            return;
        }
        // The session decides the command with this id once, also if this process ends before the answer is recorded.
        String id = "hook_" + Digest.of(hook.id(), delivery.id());
        Command command = new Command.ScheduleRecall(delivery.text(), RecallSchedule.immediate());
        Asked asked = new Asked(hook.session(), hook.user(), id, command).because(RequestTrace.cause(context));
        commands.ask(asked, outcome -> {
            switch (outcome) {
                case CommandOutcome.Refused refused -> Problem.send(context, refused.failure());
                case CommandOutcome.Accepted accepted -> scheduled(context, hook, delivery, accepted);
            }
        });
    }

    private void scheduled(
            RoutingContext context, Hook hook, HookStore.Delivery delivery, CommandOutcome.Accepted accepted) {
        String recall = ((CommandResult.Recalled) accepted.result()).recall().id();
        hooks.store()
                .accepted(hook.id(), delivery.id(), recall)
                // A repeat asks the session again, and gets the same recall.
                .onFailure(cause -> log.atWarn()
                        .addKeyValue("hook", hook.id())
                        .addKeyValue("cause", cause.toString())
                        .log("the answer to a delivery was not recorded"))
                .onComplete(recorded -> answer(context, recall, accepted.duplicate()));
    }

    private static void answer(RoutingContext context, String recall, boolean duplicate) {
        Answers.send(context, 202, "application/json", Json.text(new Accepted(recall, duplicate ? true : null)));
    }

    private static void away(RoutingContext context, Throwable cause) {
        boolean away = StoreAway.isCause(cause);
        log.atWarn().addKeyValue("cause", cause.toString()).log("store did not answer the call of a hook");
        Problem.send(context, away ? Failure.unavailable() : Failure.internal());
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Accepted(String recall, Boolean duplicate) {}
}
