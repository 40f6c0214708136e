package io.reprise.gateway.rest.hook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Rfc3339;
import io.reprise.webhook.Webhook;
import io.reprise.webhook.WebhookStore;
import io.reprise.webhook.Webhooks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A person's own webhooks. Those of others count as absent. */
public final class WebhookRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Webhook");
    private static final Failure TOO_MANY = Failure.of(
            ErrorCode.TOO_MANY_REQUESTS, "You have as many webhooks as this server allows; delete one first.");
    private static final Failure TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many tests of this webhook; try again later.");
    private static final Failure VISITOR =
            Failure.of(ErrorCode.FORBIDDEN, "Webhooks are for people who have signed in.");

    private final Webhooks webhooks;
    private final RateLimits limits;

    public WebhookRoutes(Webhooks webhooks, RateLimits limits) {
        this.webhooks = webhooks;
        this.limits = limits;
    }

    public void bindTo(Api api) {
        api.on("listWebhooks", this::list)
                .on("createWebhook", this::create)
                .on("getWebhook", call -> owned(call, webhook -> call.answer(200, shown(webhook, null))))
                .on("changeWebhook", this::change)
                .on("deleteWebhook", this::delete)
                .on("renewWebhookSecret", this::renew)
                .on("testWebhook", this::test)
                .on("listWebhookDeliveries", this::deliveries);
    }

    private void list(ApiCall call) {
        webhooks.store()
                .list(call.user())
                .onSuccess(found -> call.answer(
                        200,
                        new ShownWebhooks(
                                found.stream().map(one -> shown(one, null)).toList(),
                                webhooks.reasonOff().orElse(null))))
                .onFailure(call::storeAway);
    }

    private void create(ApiCall call) {
        JsonObject body = call.body();
        String url = body.getString("url");
        Optional<Failure> fault = off(call).or(() -> fault(url));
        if (call.refused(fault)) return;
        webhooks.create(call.user(), body.getString("name"), url, events(body))
                .onSuccess(created -> created.ifPresentOrElse(
                        made -> call.created("/webhooks/" + made.webhook().id(), shown(made.webhook(), made.secret())),
                        () -> call.refuse(TOO_MANY)))
                .onFailure(call::storeAway);
    }

    private Optional<Failure> off(ApiCall call) {
        return call.withheld(VISITOR, webhooks.reasonOff());
    }

    private Optional<Failure> fault(String url) {
        return webhooks.fault(url).map(Failure::badRequest);
    }

    private static List<String> events(JsonObject body) {
        JsonArray events = body.getJsonArray("events");
        return events == null
                ? null
                : events.stream().map(String::valueOf).distinct().toList();
    }

    private void change(ApiCall call) {
        JsonObject body = call.body();
        String url = body.getString("url");
        Optional<Failure> fault = url == null ? Optional.empty() : fault(url);
        if (call.refused(fault)) return;
        WebhookStore.Change change =
                new WebhookStore.Change(body.getString("name"), url, events(body), body.getBoolean("enabled"), null);
        call.found(
                webhooks.store().change(call.user(), call.text("webhook"), change),
                NOT_FOUND,
                webhook -> call.answer(200, shown(webhook, null)));
    }

    private void delete(ApiCall call) {
        call.removed(webhooks.store().remove(call.user(), call.text("webhook")), NOT_FOUND);
    }

    private void renew(ApiCall call) {
        if (call.refused(off(call))) return;
        call.found(
                webhooks.renewSecret(call.user(), call.text("webhook")),
                NOT_FOUND,
                made -> call.answer(200, shown(made.webhook(), made.secret())));
    }

    private void test(ApiCall call) {
        if (call.refused(off(call))) return;
        long waitMs =
                limits.webhookTest(call.text("webhook"), webhooks.settings().testsPerMinute());
        if (waitMs > 0) {
            call.refuse(TOO_OFTEN.after(waitMs));
            return;
        }
        call.found(
                webhooks.ping(call.user(), call.text("webhook")),
                NOT_FOUND,
                delivery -> call.answer(202, new ShownTest(delivery)));
    }

    private void deliveries(ApiCall call) {
        owned(
                call,
                webhook -> webhooks.store()
                        .told(webhook.id(), call.text("cursor"), call.integer("limit"))
                        .onSuccess(page -> call.answer(
                                200,
                                new ShownDeliveries(
                                        page.rows().stream()
                                                .map(WebhookRoutes::shown)
                                                .toList(),
                                        page.cursor())))
                        .onFailure(call::storeAway));
    }

    private void owned(ApiCall call, Consumer<Webhook> then) {
        call.found(webhooks.store().find(call.user(), call.text("webhook")), NOT_FOUND, then);
    }

    private ShownWebhook shown(Webhook webhook, String secret) {
        return new ShownWebhook(
                webhook.id(),
                webhook.name(),
                webhook.url(),
                webhook.events(),
                webhook.enabled(),
                webhook.failures() > 0 ? webhook.failures() : null,
                webhook.failedOff() ? true : null,
                webhooks.hasSecret(webhook) ? null : true,
                Rfc3339.textOrNull(webhook.createdMs()),
                secret);
    }

    private static ShownDelivery shown(WebhookStore.Told told) {
        return new ShownDelivery(
                told.id(),
                told.event(),
                told.session(),
                told.status(),
                told.attempts(),
                Rfc3339.textOrNull(told.createdMs()),
                Rfc3339.textOrNull(told.nextMs()),
                Rfc3339.textOrNull(told.attemptedMs()),
                told.httpStatus(),
                told.error(),
                told.durationMs());
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownWebhooks(List<ShownWebhook> webhooks, String off) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownWebhook(
            String id,
            String name,
            String url,
            List<String> events,
            boolean enabled,
            Integer failures,
            Boolean failedOff,
            Boolean secretLost,
            String createdAt,
            String secret) {}

    private record ShownTest(String delivery) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownDeliveries(List<ShownDelivery> deliveries, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownDelivery(
            String id,
            String event,
            String session,
            String status,
            int attempts,
            String createdAt,
            String nextAt,
            String attemptedAt,
            Integer httpStatus,
            String error,
            Integer durationMs) {}
}
