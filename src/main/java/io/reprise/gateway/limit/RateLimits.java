package io.reprise.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.reprise.config.LimitSettings;
import io.reprise.support.AddressRanges;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The rate limiter of a node: a token bucket per user, address and socket, refilled within a minute. Thread-safe.
 * Returns milliseconds to wait, 0 for none.
 */
public final class RateLimits {
    private static final Duration FULL_AGAIN = Duration.ofMinutes(1);
    private static final long NANOS_PER_MS = 1_000_000;

    private final Current<LimitSettings> settings;
    private final MonotonicClock clock;
    private final Consumer<String> hit;
    private final Current<AddressRanges> exempt;
    private final Cache<Key, Bucket> buckets;
    private final OpenCounts users = new OpenCounts();
    private final OpenCounts addresses = new OpenCounts();
    private final OpenCounts completions = new OpenCounts();

    private enum Kind {
        USER_COMMANDS,
        USER_CREATES,
        ADDRESS_REQUESTS,
        ADDRESS_FAILURES,
        ADDRESS_VISITORS,
        KEY_REQUESTS,
        HOOK_CALLS,
        WEBHOOK_TESTS,
        PUSH_TESTS
    }

    /** The size is part of the key: if a limit changes, a new bucket is used, and earlier use does not count. */
    private record Key(Kind kind, String name, int perMinute) {}

    /**
     * @param clock measures durations
     * @param hit receives the name of a limit each time that it is reached
     */
    public RateLimits(Current<LimitSettings> settings, MonotonicClock clock, Consumer<String> hit) {
        this.settings = settings;
        this.clock = clock;
        this.hit = hit;
        this.exempt = settings.derive(limits -> AddressRanges.of(limits.exempt()));
        // A bucket that was not used for this time is full, so removing it changes nothing.
        this.buckets = Caffeine.newBuilder()
                .maximumSize(settings.get().tracked())
                .expireAfterAccess(FULL_AGAIN)
                .ticker(() -> clock.elapsedMs() * NANOS_PER_MS)
                .executor(Runnable::run)
                .build();
    }

    /** A command of a user. */
    public long command(String user, boolean create) {
        LimitSettings now = settings.get();
        long waitMs = create ? take(Kind.USER_CREATES, user, now.userCreatesPerMinute()) : 0;
        return waitMs > 0 ? waitMs : take(Kind.USER_COMMANDS, user, now.userCommandsPerMinute());
    }

    /** A request from an address. */
    public long request(String address) {
        if (exempt.get().contains(address)) return 0;
        return take(Kind.ADDRESS_REQUESTS, site(address), settings.get().addressRequestsPerMinute());
    }

    /** Somebody without a sign-in comes from an address, and gets a name. */
    public long visitor(String address) {
        if (exempt.get().contains(address)) return 0;
        return take(Kind.ADDRESS_VISITORS, site(address), settings.get().addressVisitorsPerMinute());
    }

    /** A request with an API key. */
    public long key(String key, int perMinute) {
        return take(Kind.KEY_REQUESTS, key, perMinute);
    }

    /** An accepted call of a hook. */
    public long hook(String hook, int perMinute) {
        return take(Kind.HOOK_CALLS, hook, perMinute);
    }

    /** A test of a webhook. */
    public long webhookTest(String webhook, int perMinute) {
        return take(Kind.WEBHOOK_TESTS, webhook, perMinute);
    }

    /** A test of a browser that receives push messages. */
    public long pushTest(String device, int perMinute) {
        return take(Kind.PUSH_TESTS, device, perMinute);
    }

    /** Whether an address may try to sign in, or has failed too often. */
    public long attempt(String address) {
        int perMinute = settings.get().addressFailuresPerMinute();
        if (perMinute == 0 || exempt.get().contains(address)) return 0;
        EstimationProbe probe =
                bucket(Kind.ADDRESS_FAILURES, site(address), perMinute).estimateAbilityToConsume(1);
        return probe.canBeConsumed() ? 0 : reached(Kind.ADDRESS_FAILURES.name(), probe.getNanosToWaitForRefill());
    }

    /** Counts a failed sign-in of an address. */
    public void failed(String address) {
        int perMinute = settings.get().addressFailuresPerMinute();
        if (perMinute == 0 || exempt.get().contains(address)) return;
        bucket(Kind.ADDRESS_FAILURES, site(address), perMinute).tryConsume(1);
    }

    /** Counts the frames of one socket. Not thread-safe. */
    public Frames frames() {
        Current<Optional<Bucket>> bucket = settings.map(LimitSettings::socketFramesPerMinute)
                .derive(perMinute -> perMinute == 0 ? Optional.empty() : Optional.of(newBucket(perMinute)));
        return () -> {
            if (bucket.get().map(some -> some.tryConsume(1)).orElse(true)) return true;
            hit.accept("socket_frames");
            return false;
        };
    }

    /** Counts the frames of a socket. */
    @FunctionalInterface
    public interface Frames {
        /** Returns false if there were too many frames. */
        boolean take();
    }

    /** Returns false if the user has too many connections. After each true, call {@link #userLeft} once. */
    public boolean userCame(String user) {
        return came(users, user, settings.get().userConnectionsMax(), "user_connections");
    }

    public void userLeft(String user) {
        users.left(user);
    }

    /** Returns false if the user has this many completions under way. After each true, call {@link #completed} once. */
    public boolean completing(String user, int most) {
        return came(completions, user, most, "user_completions");
    }

    public void completed(String user) {
        completions.left(user);
    }

    /** Returns false if the address has too many connections. After each true, call {@link #addressLeft} once. */
    public boolean addressCame(String address) {
        int most = exempt.get().contains(address) ? 0 : settings.get().addressConnectionsMax();
        return came(addresses, site(address), most, "address_connections");
    }

    public void addressLeft(String address) {
        addresses.left(site(address));
    }

    private boolean came(OpenCounts counts, String name, int most, String limit) {
        if (counts.came(name, most == 0 ? Integer.MAX_VALUE : most)) return true;
        hit.accept(limit);
        return false;
    }

    private long take(Kind kind, String name, int perMinute) {
        if (perMinute == 0) return 0;
        ConsumptionProbe probe = bucket(kind, name, perMinute).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? 0 : reached(kind.name(), probe.getNanosToWaitForRefill());
    }

    private long reached(String limit, long waitNanos) {
        hit.accept(limit.toLowerCase(java.util.Locale.ROOT));
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos + NANOS_PER_MS - 1));
    }

    private Bucket bucket(Kind kind, String name, int perMinute) {
        return buckets.get(new Key(kind, name, perMinute), key -> newBucket(perMinute));
    }

    private Bucket newBucket(int perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, FULL_AGAIN))
                .withCustomTimePrecision(new Meter(clock))
                .build();
    }

    private static String site(String address) {
        return AddressRanges.site(address);
    }

    private record Meter(MonotonicClock clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return clock.elapsedMs() * NANOS_PER_MS;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
