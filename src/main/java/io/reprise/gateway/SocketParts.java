package io.reprise.gateway;

import io.reprise.config.Settings;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;

/**
 * What the sockets of a gateway share.
 *
 * @param time the time of day, for tokens
 * @param clock of durations
 */
record SocketParts(
        Settings settings,
        String node,
        String version,
        Authenticator authenticator,
        RateLimits limits,
        Intake intake,
        Subscriptions subscriptions,
        Commands commands,
        Metrics metrics,
        WallClock time,
        MonotonicClock clock) {}
