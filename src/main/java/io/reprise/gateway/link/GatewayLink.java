package io.reprise.gateway.link;

import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;

/**
 * How subscriptions and commands of a gateway reach the owners of sessions.
 *
 * @param gateway bus address to which answers are sent
 * @param clock measures durations
 */
public record GatewayLink(String gateway, ShardOwners owners, OwnerPort port, MonotonicClock clock, Metrics metrics) {}
