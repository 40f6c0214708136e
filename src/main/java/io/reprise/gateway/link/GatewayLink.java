package io.reprise.gateway.link;

import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;

/**
 * What subscriptions and commands of a gateway share to reach the owners of sessions.
 *
 * @param gateway the address where it is answered
 * @param clock of durations
 */
public record GatewayLink(String gateway, ShardOwners owners, OwnerPort port, MonotonicClock clock, Metrics metrics) {}
