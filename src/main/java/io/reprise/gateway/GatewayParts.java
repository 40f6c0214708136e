package io.reprise.gateway;

import io.reprise.config.Settings;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.support.IdSource;
import io.reprise.support.TimeSource;
import java.util.function.BooleanSupplier;

/**
 * What the gateways of a node share.
 *
 * @param secret of HS256
 * @param time the time of day; durations are measured by a clock of their own
 * @param ready whether the node takes work: what {@code /health/ready} says
 * @param version of the server, told in {@code welcome}
 */
public record GatewayParts(
        Settings settings,
        String node,
        String version,
        byte[] secret,
        TimeSource time,
        IdSource ids,
        SessionDirectory directory,
        Histories histories,
        ConnectionLimit connections,
        BooleanSupplier ready) {}
