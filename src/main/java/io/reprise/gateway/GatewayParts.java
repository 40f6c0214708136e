package io.reprise.gateway;

import io.reprise.config.Settings;
import io.reprise.history.AuditDirectory;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.Histories;
import io.reprise.history.RecallDirectory;
import io.reprise.history.SessionDirectory;
import io.reprise.support.IdSource;
import io.reprise.support.TimeSource;
import io.reprise.telemetry.Metrics;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the gateways of a node share.
 *
 * @param access who may do what
 * @param time the time of day; durations are measured by a clock of their own
 * @param ready whether the node takes work: what {@code /health/ready} says
 * @param metricsText everything that is measured, in the text format of Prometheus
 * @param version of the server, told in {@code welcome}
 */
public record GatewayParts(
        Settings settings,
        String node,
        String version,
        AccessParts access,
        TimeSource time,
        IdSource ids,
        SessionDirectory directory,
        RecallDirectory recalls,
        AuditDirectory audit,
        CheckpointDirectory checkpoints,
        Histories histories,
        ConnectionLimit connections,
        ApiContract contract,
        Metrics metrics,
        Supplier<String> metricsText,
        BooleanSupplier ready) {}
