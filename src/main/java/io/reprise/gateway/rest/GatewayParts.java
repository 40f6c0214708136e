package io.reprise.gateway.rest;

import io.reprise.config.Settings;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.link.ConnectionLimit;
import io.reprise.history.AuditDirectory;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.Histories;
import io.reprise.history.RecallDirectory;
import io.reprise.history.RecallSlots;
import io.reprise.history.SessionDirectory;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the gateways of a node share.
 *
 * @param current the settings, which may change
 * @param access who may do what
 * @param time the time of day; durations are measured by a clock of their own
 */
public record GatewayParts(
        Current<Settings> current,
        Node node,
        AccessParts access,
        WallClock time,
        IdSource ids,
        ReadSide read,
        ConnectionLimit connections,
        Intake intake,
        ApiContract contract,
        Metrics metrics) {
    /** Those of this moment: to be asked at each decision. */
    public Settings settings() {
        return current.get();
    }

    /**
     * What is told of the node.
     *
     * @param id its name on the bus
     * @param version of the server, told in {@code welcome}
     * @param ready whether it takes work: what {@code /health/ready} says
     * @param metricsText everything that is measured, in the text format of Prometheus
     */
    public record Node(String id, String version, BooleanSupplier ready, Supplier<String> metricsText) {}

    /**
     * What is stored, for those who only look at it.
     *
     * @param slots when recalls are due
     * @param wholeReads shared by all who read whole conversations
     */
    public record ReadSide(
            SessionDirectory sessions,
            RecallDirectory recalls,
            RecallSlots slots,
            AuditDirectory audit,
            CheckpointDirectory checkpoints,
            Histories histories,
            Permits searches,
            Permits wholeReads) {}
}
