package io.reprise.gateway.rest.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.gateway.access.PushSignIns;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.push.PushDevice;
import io.reprise.push.PushTarget;
import io.reprise.push.Pushes;
import io.reprise.support.Rfc3339;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The browsers of a person that receive push messages. Those of others count as absent. */
public final class PushRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Device");
    private static final Failure TOO_MANY = Failure.of(
            ErrorCode.TOO_MANY_REQUESTS,
            "As many devices of yours as this server allows are notified; remove one first.");
    private static final Failure TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many tests of this device; try again later.");
    private static final Failure VISITOR =
            Failure.of(ErrorCode.FORBIDDEN, "Push notifications are for people who have signed in.");

    private final Pushes pushes;
    private final PushSignIns signIns;
    private final RateLimits limits;

    public PushRoutes(Pushes pushes, PushSignIns signIns, RateLimits limits) {
        this.pushes = pushes;
        this.signIns = signIns;
        this.limits = limits;
    }

    public void bindTo(Api api) {
        api.on("listPushSubscriptions", this::list)
                .on("createPushSubscription", this::create)
                .on("changePushSubscription", this::change)
                .on("deletePushSubscription", this::delete)
                .on("testPushSubscription", this::test);
    }

    private void list(ApiCall call) {
        Optional<String> off = off(call).map(Failure::message);
        pushes.list(call.user())
                .onSuccess(found -> call.answer(
                        200,
                        new ShownDevices(
                                off.isEmpty() ? pushes.publicKey() : null,
                                found.stream().map(PushRoutes::shown).toList(),
                                off.orElse(null))))
                .onFailure(call::storeAway);
    }

    private Optional<Failure> off(ApiCall call) {
        return call.withheld(VISITOR, pushes.reasonOff());
    }

    private void create(ApiCall call) {
        JsonObject body = call.given();
        String endpoint = body.getString("endpoint");
        Optional<Failure> fault = off(call).or(() -> pushes.fault(endpoint).map(Failure::badRequest));
        if (call.refused(fault)) return;
        JsonObject keys = body.getJsonObject("keys");
        PushTarget target;
        try {
            target = new PushTarget(endpoint, keys.getString("p256dh"), keys.getString("auth"));
        } catch (IllegalArgumentException e) {
            call.refuse(Failure.badRequest(e.getMessage()));
            return;
        }
        Pushes.Described described =
                new Pushes.Described(body.getString("name"), target, body.getBoolean("titles", true));
        pushes.add(call.user(), described, signIns.of(call.context().request(), call.caller()))
                .onSuccess(added ->
                        added.ifPresentOrElse(device -> call.answer(200, shown(device)), () -> call.refuse(TOO_MANY)))
                .onFailure(call::storeAway);
    }

    private void change(ApiCall call) {
        JsonObject body = call.body();
        call.found(
                pushes.store()
                        .change(call.user(), call.text("device"), body.getString("name"), body.getBoolean("titles")),
                NOT_FOUND,
                device -> call.answer(200, shown(device)));
    }

    private void delete(ApiCall call) {
        call.removed(pushes.store().remove(call.user(), call.text("device")), NOT_FOUND);
    }

    private void test(ApiCall call) {
        if (call.refused(off(call))) return;
        String device = call.text("device");
        long waitMs = limits.pushTest(device, pushes.settings().testsPerMinute());
        if (waitMs > 0) call.refuse(TOO_OFTEN.after(waitMs));
        else call.removed(pushes.test(call.user(), device), NOT_FOUND);
    }

    private static ShownDevice shown(PushDevice device) {
        return new ShownDevice(
                device.id(),
                device.name(),
                device.service(),
                device.titles(),
                Rfc3339.text(device.createdMs()),
                Rfc3339.textOrNull(device.pushedMs()),
                device.refusals() > 0 ? device.refusals() : null);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownDevices(String key, List<ShownDevice> devices, String off) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownDevice(
            String id,
            String name,
            String service,
            boolean titles,
            String createdAt,
            String pushedAt,
            Integer refusals) {}
}
