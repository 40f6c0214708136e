package io.reprise.gateway.link;

import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;

/**
 * What a gateway's readers and commands have in common on their way to the owners of sessions.
 *
 * @param gateway the address where it is answered
 * @param clock of durations
 */
public record GatewayLink(String gateway, ShardOwners owners, OwnerPort port, MonotonicClock clock, Metrics metrics) {}
