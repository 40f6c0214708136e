package io.reprise.gateway.socket;

import io.reprise.catalog.Catalog;
import io.reprise.config.Settings;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.reading.Notices;
import io.reprise.gateway.reading.Subscriptions;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.trace.Tracing;

/**
 * What the sockets of a gateway share.
 *
 * @param current the settings, which may change
 * @param catalog tells which model answers new sessions
 * @param secrets whether secrets of people can be stored
 * @param time the time of day, for tokens
 * @param clock measures durations
 */
public record SocketParts(
        Current<Settings> current,
        Current<Catalog> catalog,
        String node,
        String version,
        Authenticator authenticator,
        RateLimits limits,
        Intake intake,
        Subscriptions subscriptions,
        PendingCommands commands,
        Notices notices,
        Secrets secrets,
        Metrics metrics,
        Tracing tracing,
        WallClock time,
        MonotonicClock clock) {
    /** The current settings; ask for them at each decision. */
    public Settings settings() {
        return current.get();
    }
}
