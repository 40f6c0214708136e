package io.reprise.gateway.rest.hook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.hook.Hook;
import io.reprise.hook.HookStore;
import io.reprise.hook.HookTemplate;
import io.reprise.hook.Hooks;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Rfc3339;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A person's own hooks. Those of others count as absent. */
public final class HookRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Hook");
    private static final Failure TOO_MANY =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "You have as many hooks as this server allows; delete one first.");
    private static final Failure VISITOR = Failure.of(ErrorCode.FORBIDDEN, "Hooks are for people who have signed in.");

    private final Hooks hooks;

    public HookRoutes(Hooks hooks) {
        this.hooks = hooks;
    }

    public void bindTo(Api api) {
        api.on("listHooks", this::list)
                .on("createHook", this::create)
                .on("getHook", call -> owned(call, hook -> call.answer(200, shown(hook))))
                .on("changeHook", this::change)
                .on("deleteHook", this::delete)
                .on("renewHookSecret", this::renew)
                .on("listHookDeliveries", this::deliveries);
    }

    private void list(ApiCall call) {
        hooks.store()
                .list(call.user(), call.text("session"))
                .onSuccess(found -> call.answer(
                        200,
                        new ShownHooks(
                                found.stream().map(this::shown).toList(),
                                hooks.reasonOff().orElse(null))))
                .onFailure(call::storeAway);
    }

    private void create(ApiCall call) {
        JsonObject body = call.given();
        String template = body.getString("template", HookTemplate.STANDARD);
        Optional<Failure> fault = off(call).or(() -> fault(template));
        if (call.refused(fault)) return;
        hooks.create(call.user(), body.getString("session"), body.getString("name"), template)
                .onSuccess(creation -> {
                    switch (creation) {
                        case Hooks.Creation.Created(Hooks.WithSecret made) ->
                            call.created("/hooks/" + made.hook().id(), shown(made.hook(), made.secret()));
                        case Hooks.Creation.Refused refused ->
                            call.refuse(refused.reason() == HookStore.Added.TOO_MANY ? TOO_MANY : Failure.notFound());
                    }
                })
                .onFailure(call::storeAway);
    }

    private Optional<Failure> off(ApiCall call) {
        return call.withheld(VISITOR, hooks.reasonOff());
    }

    private static Optional<Failure> fault(String template) {
        return HookTemplate.fault(template).map(Failure::badRequest);
    }

    private void change(ApiCall call) {
        JsonObject body = call.body();
        String template = body.getString("template");
        Optional<Failure> fault = template == null ? Optional.empty() : fault(template);
        if (call.refused(fault)) return;
        HookStore.Change change =
                new HookStore.Change(body.getString("name"), template, body.getBoolean("enabled"), null);
        call.found(
                hooks.store().change(call.user(), call.text("hook"), change),
                NOT_FOUND,
                hook -> call.answer(200, shown(hook)));
    }

    private void delete(ApiCall call) {
        call.removed(hooks.store().remove(call.user(), call.text("hook")), NOT_FOUND);
    }

    private void renew(ApiCall call) {
        if (call.refused(off(call))) return;
        call.found(
                hooks.renewSecret(call.user(), call.text("hook")),
                NOT_FOUND,
                made -> call.answer(200, shown(made.hook(), made.secret())));
    }

    private void deliveries(ApiCall call) {
        owned(
                call,
                hook -> hooks.store()
                        .received(hook.id(), call.text("cursor"), call.integer("limit"))
                        .onSuccess(page -> call.answer(
                                200,
                                new ShownDeliveries(
                                        page.rows().stream()
                                                .map(HookRoutes::shown)
                                                .toList(),
                                        page.cursor())))
                        .onFailure(call::unread));
    }

    private void owned(ApiCall call, Consumer<Hook> then) {
        call.found(
                hooks.store()
                        .find(call.text("hook"))
                        .map(found -> found.filter(hook -> hook.user().equals(call.user()))),
                NOT_FOUND,
                then);
    }

    private ShownHook shown(Hook hook) {
        return shown(hook, null);
    }

    private ShownHook shown(Hook hook, String secret) {
        return new ShownHook(
                hook.id(),
                hook.session(),
                hook.name(),
                hook.template(),
                InboundHookRoute.PATH + hook.id(),
                hook.enabled(),
                hooks.hasSecret(hook) ? null : true,
                Rfc3339.text(hook.createdMs()),
                Rfc3339.textOrNull(hook.usedMs()),
                secret);
    }

    private static ShownDelivery shown(HookStore.Received delivery) {
        return new ShownDelivery(delivery.id(), Rfc3339.text(delivery.atMs()), delivery.recall());
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownHooks(List<ShownHook> hooks, String off) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownHook(
            String id,
            String session,
            String name,
            String template,
            String path,
            boolean enabled,
            Boolean secretLost,
            String createdAt,
            String usedAt,
            String secret) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownDeliveries(List<ShownDelivery> deliveries, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownDelivery(String delivery, String at, String recall) {}
}
