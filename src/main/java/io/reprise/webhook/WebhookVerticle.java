package io.reprise.webhook;

import io.reprise.config.Settings;
import io.reprise.config.hook.WebhookSettings;
import io.reprise.message.UserNotices;
import io.reprise.message.UserNotices.Notice;
import io.reprise.message.bus.Addresses;
import io.reprise.outgoing.DueCalls;
import io.reprise.outgoing.OutgoingCall;
import io.reprise.outgoing.OutgoingHttp;
import io.reprise.outgoing.OutgoingResult;
import io.reprise.secret.BodySignature;
import io.reprise.support.Backoff;
import io.reprise.support.Current;
import io.reprise.support.Stopwatch;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.webhook.WebhookStore.Due;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends deliveries that are due. An attempt that came to no result, because its process ended, is repeated when its lease is
 * over: each delivery arrives at least once, and in no certain order.
 */
public final class WebhookVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(WebhookVerticle.class);
    private static final int PROBE_MS_MORE = 1_000;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final int GOOD_FROM = 200;
    private static final int GOOD_TO = 299;
    private static final String LOST = "The server cannot read the secret of this webhook any more: replace it.";

    private final Webhooks webhooks;
    private final OutgoingHttp http;
    private final Current<Settings> settings;
    private final WallClock time;
    private final Metrics metrics;
    private final String agent;
    private final DueCalls<Due> calls;

    /**
     * @param version of the server, for {@code User-Agent}
     */
    public WebhookVerticle(
            Webhooks webhooks,
            OutgoingHttp http,
            Current<Settings> settings,
            WallClock time,
            Metrics metrics,
            String version) {
        this.webhooks = webhooks;
        this.http = http;
        this.settings = settings;
        this.time = time;
        this.metrics = metrics;
        this.agent = "Reprise/" + version;
        this.calls = new DueCalls<>(
                "deliveries of webhooks",
                () -> limits().atOnceMax(),
                room -> webhooks.store().take(room, limits().leaseMs()),
                this::attempt);
    }

    @Override
    public Future<?> start() {
        if (webhooks.reasonOff().isEmpty()) {
            calls.start(vertx, limits().pollMs());
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return calls.stop(vertx);
    }

    private WebhookSettings limits() {
        return settings.get().webhooks();
    }

    private Future<?> attempt(Due due) {
        boolean test = due.event().equals(WebhookEvent.PING);
        if (!due.webhook().enabled() && !test) {
            return webhooks.store().park(due.webhook().id());
        }
        Stopwatch watch = Stopwatch.started();
        Optional<String> secret = webhooks.secret(due.webhook());
        Future<OutgoingResult> result = secret.isPresent()
                ? http.call(call(due, secret.get()))
                : Future.succeededFuture(new OutgoingResult.Refused(LOST));
        return result.compose(outcome -> record(due, outcome, watch.nanos() / NANOS_PER_MS));
    }

    private OutgoingCall call(Due due, String secret) {
        byte[] body = WebhookBody.of(
                due, settings.get().server().publicUrl().map(URI::toString).orElse(""));
        String timestamp = Long.toString(time.nowMs() / 1_000);
        return new OutgoingCall(
                "POST",
                due.webhook().url(),
                Map.of(
                        "Content-Type",
                        "application/json",
                        "User-Agent",
                        agent,
                        "X-Reprise-Event",
                        due.event(),
                        BodySignature.TIMESTAMP,
                        timestamp,
                        BodySignature.DELIVERY,
                        due.id()),
                Map.of(BodySignature.SIGNATURE, BodySignature.of(secret, timestamp, body)),
                body,
                false);
    }

    private Future<?> record(Due due, OutgoingResult outcome, long tookMs) {
        return switch (outcome) {
            case OutgoingResult.Answered answer
            when answer.status() >= GOOD_FROM && answer.status() <= GOOD_TO -> {
                metrics.webhook("delivered");
                yield webhooks.store().delivered(due, answer.status(), tookMs);
            }
            case OutgoingResult.Answered answer ->
                failed(due, answer.status(), "It answered " + answer.status() + ".", tookMs);
            case OutgoingResult.Refused refused -> failed(due, null, refused.reason(), tookMs);
            case OutgoingResult.Failed failed -> failed(due, null, failed.reason(), tookMs);
        };
    }

    private Future<?> failed(Due due, Integer status, String reason, long tookMs) {
        metrics.webhook("failed");
        WebhookSettings now = limits();
        Backoff backoff = new Backoff(now.retryMs(), now.retryMaxMs());
        var failure = new WebhookStore.Failed(
                status,
                reason,
                tookMs,
                backoff.pauseMs(due.webhook().failures() + 1),
                settings.get().outgoing().timeMs() + PROBE_MS_MORE,
                now.attemptsMax(),
                now.failuresMax(),
                now.waitingMax());
        return webhooks.store().failed(due, failure).compose(off -> {
            if (!off) return Future.succeededFuture();
            metrics.webhook("switched_off");
            log.atWarn()
                    .addKeyValue("webhook", due.webhook().id())
                    .addKeyValue("failures", now.failuresMax())
                    .log("switched a webhook off because its deliveries failed");
            tellOwner(due.webhook());
            return webhooks.store().park(due.webhook().id());
        });
    }

    private void tellOwner(Webhook off) {
        Notice notice = Notice.webhookOff(off.user(), off.id(), off.name());
        vertx.eventBus().publish(Addresses.NOTICES, new UserNotices(List.of(notice)));
    }
}
