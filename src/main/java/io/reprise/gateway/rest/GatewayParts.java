package io.reprise.gateway.rest;

import io.reprise.account.MemoryStore;
import io.reprise.account.PreferenceStore;
import io.reprise.account.UserErasures;
import io.reprise.attachment.AttachmentStore;
import io.reprise.catalog.AgentTools;
import io.reprise.catalog.CatalogEdits;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.provider.ModelChecker;
import io.reprise.config.Settings;
import io.reprise.gateway.access.AccessParts;
import io.reprise.gateway.limit.Intake;
import io.reprise.gateway.link.ConnectionLimit;
import io.reprise.history.AuditDirectory;
import io.reprise.history.AuditRecorder;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.Histories;
import io.reprise.history.RecallDirectory;
import io.reprise.history.RecallSlots;
import io.reprise.history.RunDirectory;
import io.reprise.history.SessionDirectory;
import io.reprise.history.Workers;
import io.reprise.history.feedback.FeedbackDirectory;
import io.reprise.history.usage.UsageDirectory;
import io.reprise.hook.Hooks;
import io.reprise.job.Jobs;
import io.reprise.mcp.McpAdministration;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.push.Pushes;
import io.reprise.reload.LiveSettings;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.Permits;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.Vitals;
import io.reprise.telemetry.trace.Tracing;
import io.reprise.tool.ToolSource;
import io.reprise.tool.http.ToolAccess;
import io.reprise.webhook.Webhooks;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What all gateways of a node share.
 *
 * @param current the settings, which may change
 * @param access authentication and access control
 * @param time the time of day; durations are measured by another clock
 */
public record GatewayParts(
        Current<Settings> current,
        Node node,
        AccessParts access,
        WallClock time,
        IdSource ids,
        ReadSide read,
        Outside outside,
        Files files,
        Administration administration,
        Catalogue catalogue,
        ConnectionLimit connections,
        Intake intake,
        ApiContract contract,
        Metrics metrics,
        Tracing tracing) {
    /** The current settings; ask for them at each decision. */
    public Settings settings() {
        return current.get();
    }

    /**
     * Data about the node.
     *
     * @param id name on the bus
     * @param version of the server, sent in {@code welcome}
     * @param ready whether the node accepts work, as {@code /health/ready} reports
     * @param metricsText all metrics, in the text format of Prometheus
     */
    public record Node(String id, String version, BooleanSupplier ready, Supplier<String> metricsText) {}

    /**
     * What other servers are concerned with.
     *
     * @param secrets whether secrets of people can be stored
     * @param tools calls of declared tools
     * @param mcpSignIns of people to MCP servers
     */
    public record Outside(
            Secrets secrets, Hooks hooks, Webhooks webhooks, Pushes pushes, ToolAccess tools, McpSignIns mcpSignIns) {}

    /**
     * Attachments.
     *
     * @param workers threads that decode images
     * @param uploads permits for uploads at the same time
     */
    public record Files(AttachmentStore store, Workers workers, Permits uploads) {}

    /** What only administrators use. */
    public record Administration(
            Jobs jobs, UserErasures userErasures, LiveSettings settings, AuditRecorder audit, LiveView live) {}

    /**
     * Entries of the catalogue, and changes of them.
     *
     * @param checks permits for checks of models at the same time
     * @param mcp what MCP servers do
     * @param builtIn the tools that neither files nor other servers offer
     */
    public record Catalogue(
            LiveCatalog live,
            CatalogEdits edits,
            ModelChecker checker,
            Permits checks,
            AgentTools tools,
            McpAdministration mcp,
            ToolSource builtIn) {
        public Catalogue(
                LiveCatalog live,
                Current<Settings> settings,
                ModelChecker checker,
                AgentTools tools,
                McpAdministration mcp,
                ToolSource builtIn) {
            this(
                    live,
                    new CatalogEdits(live, settings.map(now -> now.catalog().entriesMax())),
                    checker,
                    new Permits(
                            settings.map(now -> now.catalog().checksMax()),
                            settings.map(now -> now.catalog().checksMax())),
                    tools,
                    mcp,
                    builtIn);
        }
    }

    /**
     * What the node does at the moment.
     *
     * @param gateways how many gateways it has
     */
    public record LiveView(RunDirectory runs, Supplier<Vitals> vitals, Supplier<Vitals.Shards> shards, int gateways) {}

    /**
     * The read ports.
     *
     * @param slots when recalls are due
     * @param preferences of users, which are written here, too; likewise {@code memories}
     * @param wholeReads shared by all who read whole conversations
     */
    public record ReadSide(
            SessionDirectory sessions,
            RecallDirectory recalls,
            RecallSlots slots,
            AuditDirectory audit,
            CheckpointDirectory checkpoints,
            Histories histories,
            PreferenceStore preferences,
            MemoryStore memories,
            Permits searches,
            Permits wholeReads,
            UsageDirectory usage,
            FeedbackDirectory feedback) {}
}
