package io.reprise.push;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.account.PreferenceStore;
import io.reprise.config.Settings;
import io.reprise.config.hook.PushSettings;
import io.reprise.message.Rights;
import io.reprise.outgoing.DueCalls;
import io.reprise.outgoing.OutgoingCall;
import io.reprise.outgoing.OutgoingHttp;
import io.reprise.outgoing.OutgoingResult;
import io.reprise.push.PushStore.Due;
import io.reprise.support.Backoff;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages that are due to push services, unless nobody is to be told at that moment. An attempt that came to no result,
 * because its process ended, is repeated when its lease is over: the browser shows one notification of both.
 */
public final class PushVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(PushVerticle.class);
    private static final long MS_PER_MINUTE = 60_000;
    private static final int TOPIC_CHARS = 32;
    private static final int USERS_COUNTED_MAX = 10_000;

    private final Pushes pushes;
    private final OutgoingHttp http;
    private final Current<Settings> settings;
    private final PreferenceStore preferences;
    private final Rights rights;
    private final WallClock time;
    private final Metrics metrics;
    private final DueCalls<Due> calls;

    /** How many messages a user was sent in the current minute. */
    private final Cache<String, AtomicInteger> sent = Caffeine.newBuilder()
            .maximumSize(USERS_COUNTED_MAX)
            .expireAfterWrite(Duration.ofMinutes(1))
            .executor(Runnable::run)
            .build();

    /** @param rights of the person, which may have been taken away since the browser came */
    public PushVerticle(
            Pushes pushes,
            OutgoingHttp http,
            Current<Settings> settings,
            PreferenceStore preferences,
            Rights rights,
            WallClock time,
            Metrics metrics) {
        this.pushes = pushes;
        this.http = http;
        this.settings = settings;
        this.preferences = preferences;
        this.rights = rights;
        this.time = time;
        this.metrics = metrics;
        this.calls = new DueCalls<>(
                "push messages",
                () -> pushes.reasonOff().isEmpty() ? limits().atOnceMax() : 0,
                room -> pushes.store().take(room, limits().leaseMs(), limits().delayMs()),
                this::attempt);
    }

    @Override
    public Future<?> start() {
        if (pushes.canBeOn()) calls.start(vertx, limits().pollMs());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return calls.stop(vertx);
    }

    private PushSettings limits() {
        return settings.get().push();
    }

    private Future<Void> attempt(Due due) {
        return obstacle(due).compose(obstacle -> {
            if (obstacle.isPresent()) {
                metrics.push(obstacle.get());
                return pushes.store().dropped(due);
            }
            Optional<PushTarget> target = pushes.target(due.device());
            if (target.isEmpty()) return gone(due, "its secret cannot be read any more");
            return http.call(call(due, target.get())).compose(result -> record(due, result));
        });
    }

    /** Why nothing is to be sent now, in the words of the metric; empty if it is sent. */
    private Future<Optional<String>> obstacle(Due due) {
        PushEvent event = due.event();
        String user = due.device().user();
        if (!due.isCurrent() || !rights.mayAct(user)) return obstacle("ended");
        if (due.ageMs() >= limits().ttlMinutes() * MS_PER_MINUTE) return obstacle("late");
        if (event.isTest()) return Future.succeededFuture(Optional.empty());
        if (event.isMuted()) return obstacle("muted");
        if (event.isSeen()) return obstacle("seen");
        return preferences.find(user).map(preferred -> {
            if (preferred.isQuiet(Instant.ofEpochMilli(time.nowMs()))) return Optional.of("quiet");
            return hasRoom(due) ? Optional.empty() : Optional.of("limited");
        });
    }

    private static Future<Optional<String>> obstacle(String why) {
        return Future.succeededFuture(Optional.of(why));
    }

    /** Repeats do not count. */
    private boolean hasRoom(Due due) {
        int most = limits().perMinute();
        if (most == 0 || due.attempt() > 1) return true;
        return sent.get(due.device().user(), first -> new AtomicInteger()).incrementAndGet() <= most;
    }

    private OutgoingCall call(Due due, PushTarget target) {
        PushEvent event = due.event();
        PushSettings limits = limits();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("TTL", Long.toString((limits.ttlMinutes() * MS_PER_MINUTE - due.ageMs()) / 1_000));
        headers.put("Urgency", event.urgency());
        // Of several about one chat, a browser that was away receives only the last.
        if (event.session() != null) {
            headers.put("Topic", Digest.of(event.session()).substring(0, TOPIC_CHARS));
        }
        headers.put("Content-Encoding", "aes128gcm");
        headers.put("Content-Type", "application/octet-stream");
        String authorization = pushes.authorization(target.endpoint(), contact(limits), time.nowMs());
        byte[] body = event.body(due.device().titles(), limits.titleCharsMax());
        return new OutgoingCall(
                "POST",
                target.endpoint(),
                headers,
                Map.of("Authorization", authorization),
                target.encrypted(body),
                false);
    }

    private String contact(PushSettings limits) {
        if (!limits.contact().isEmpty()) return limits.contact();
        return settings.get()
                .server()
                .publicUrl()
                .map(Object::toString)
                .filter(url -> url.startsWith("https:"))
                .orElse("");
    }

    private Future<Void> record(Due due, OutgoingResult result) {
        return switch (result) {
            case OutgoingResult.Answered answer -> answered(due, answer);
            case OutgoingResult.Refused refused -> refused(due, refused.reason());
            case OutgoingResult.Failed failed -> later(due, 0);
        };
    }

    private Future<Void> answered(Due due, OutgoingResult.Answered answer) {
        return switch (PushAnswer.of(answer.status())) {
            case ACCEPTED -> {
                metrics.push("delivered");
                yield pushes.store().delivered(due);
            }
            case GONE -> gone(due, "its push service answered " + answer.status());
            case REFUSED -> refused(due, "It answered " + answer.status() + ".");
            case LATER -> later(due, PushAnswer.pauseMs(answer.retryAfter(), time.nowMs()));
        };
    }

    private Future<Void> gone(Due due, String why) {
        metrics.push("gone");
        log.atInfo()
                .addKeyValue("device", due.device().id())
                .addKeyValue("service", due.device().service())
                .addKeyValue("why", why)
                .log("removed a browser that receives no push messages any more");
        return pushes.store().gone(due.device().id());
    }

    /** @param askedMs pause that the push service asked for */
    private Future<Void> later(Due due, long askedMs) {
        metrics.push("failed");
        PushSettings limits = limits();
        long pauseMs = Math.max(askedMs, new Backoff(limits.retryMs(), limits.retryMaxMs()).pauseMs(due.attempt()));
        boolean again =
                due.attempt() < limits.attemptsMax() && due.ageMs() + pauseMs < limits.ttlMinutes() * MS_PER_MINUTE;
        return again
                ? pushes.store().later(due, pauseMs, limits.waitingMax())
                : pushes.store().dropped(due);
    }

    /** A repeat would be refused, too. */
    private Future<Void> refused(Due due, String why) {
        metrics.push("refused");
        log.atWarn()
                .addKeyValue("device", due.device().id())
                .addKeyValue("service", due.device().service())
                .addKeyValue("why", why)
                .log("a push message was refused");
        return pushes.store()
                .refused(due)
                .compose(inARow -> inARow >= limits().refusalsMax()
                        ? gone(due, "it refused too many messages in a row")
                        : Future.succeededFuture());
    }
}
