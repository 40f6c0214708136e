package io.reprise.gateway;

import io.reprise.config.Settings;
import io.reprise.gateway.Authenticator;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.Commands;
import io.reprise.gateway.Notices;
import io.reprise.gateway.Subscriptions;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;

/**
 * What the sockets of a gateway share.
 *
 * @param time the time of day, for tokens
 * @param clock of durations
 */
public record SocketParts(
        Settings settings,
        String node,
        String version,
        Authenticator authenticator,
        RateLimits limits,
        Intake intake,
        Subscriptions subscriptions,
        Commands commands,
        Notices notices,
        Metrics metrics,
        WallClock time,
        MonotonicClock clock) {}
