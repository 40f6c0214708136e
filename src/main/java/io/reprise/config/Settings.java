package io.reprise.config;

import io.reprise.config.access.AuthSettings;
import io.reprise.config.access.KeySettings;
import io.reprise.config.cluster.ClusterSettings;
import io.reprise.config.completion.CompletionSettings;
import io.reprise.config.feedback.FeedbackSettings;
import io.reprise.config.hook.HookSettings;
import io.reprise.config.hook.OutgoingSettings;
import io.reprise.config.hook.PushSettings;
import io.reprise.config.hook.WebhookSettings;
import io.reprise.config.mcp.McpSettings;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.config.storage.DataSettings;
import io.reprise.config.storage.DatabaseSettings;
import io.reprise.config.storage.ErasureSettings;
import io.reprise.config.storage.RedisSettings;
import io.reprise.config.storage.SecretSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.config.tool.MemorySettings;
import io.reprise.config.tool.ToolSettings;
import io.reprise.config.tracing.TracingSettings;
import io.reprise.config.usage.BudgetSettings;
import io.reprise.config.usage.UsageSettings;
import io.reprise.support.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One immutable snapshot of all settings. {@code conf/reprise.yaml} describes each key with its unit and range.
 * Environment variables take precedence over the file ({@code log.flushMs} is {@code REPRISE_LOG_FLUSH_MS}).
 */
public record Settings(
        ServerSettings server,
        DataSettings data,
        DatabaseSettings database,
        RedisSettings redis,
        SecretSettings secrets,
        AuthSettings auth,
        KeySettings keys,
        LimitSettings limits,
        LogSettings log,
        SessionSettings sessions,
        SearchSettings search,
        StoreSettings store,
        RunSettings run,
        CheckpointSettings checkpoints,
        ErasureSettings erasures,
        JobSettings jobs,
        InterruptSettings interrupts,
        ModelSettings model,
        CatalogSettings catalog,
        RecallSettings recalls,
        AttachmentSettings attachments,
        HookSettings hooks,
        OutgoingSettings outgoing,
        ToolSettings tools,
        MemorySettings memory,
        FeedbackSettings feedback,
        CompletionSettings completions,
        WebhookSettings webhooks,
        PushSettings push,
        McpSettings mcp,
        GatewaySettings gateway,
        ShutdownSettings shutdown,
        LoggingSettings logging,
        WatchSettings watch,
        UsageSettings usage,
        BudgetSettings budgets,
        TracingSettings tracing,
        ReloadSettings reload,
        ClusterSettings cluster) {

    /**
     * A version of the settings that agents depend on: model, prompt, limits and approvals. Settings that differ in one
     * of these have different versions; the version is the same on every node and contains no secrets.
     */
    public String catalogVersion() {
        return "v_"
                + Digest.of(
                                model.provider().name(),
                                model.name(),
                                model.systemPrompt(),
                                model.temperature().toString(),
                                model.maxTokens().toString(),
                                run.toString(),
                                interrupts.toString())
                        .substring(0, 16);
    }

    /** Reads a file; the environment takes precedence over it. */
    public static LoadedSettings load(Path file, Map<String, String> environment) {
        return SettingsSource.of(file, environment).load();
    }

    /** Reads the environment; other keys have their defaults. */
    public static LoadedSettings load(Map<String, String> environment) {
        return SettingsSource.of(environment).load();
    }

    public static Settings defaults() {
        return with(Map.of());
    }

    /**
     * The defaults with some keys changed, such as {@code "log.flushMs"} to {@code "0"}.
     *
     * @throws IllegalArgumentException naming every unknown key and every invalid value
     */
    public static Settings with(Map<String, String> overridesByPath) {
        SettingsReader reader = SettingsReader.ofOverrides(overridesByPath);
        Settings settings = read(reader);
        List<SettingsProblem> problems = reader.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n")));
        }
        return settings;
    }

    /** Reports references to secrets that do not exist. */
    void checkSecrets(SettingsReader reader, Map<String, String> environment) {
        auth.checkSecrets(reader.section(AuthSettings.NAME), environment);
        secrets.checkSecrets(reader.section(SecretSettings.NAME), environment);
        model.checkSecrets(reader.section(ModelSettings.NAME), environment);
        tracing.checkSecrets(reader.section(TracingSettings.NAME), environment);
    }

    static Settings read(SettingsReader reader) {
        ServerSettings server = ServerSettings.read(reader.section("server"));
        DataSettings data = DataSettings.read(reader.section("data"));
        DatabaseSettings database = DatabaseSettings.read(reader.section("database"));
        RedisSettings redis = RedisSettings.read(reader.section("redis"));
        SecretSettings secrets = SecretSettings.read(reader.section(SecretSettings.NAME));
        AuthSettings auth = AuthSettings.read(reader.section(AuthSettings.NAME), server);
        KeySettings keys = KeySettings.read(reader.section(KeySettings.NAME));
        LimitSettings limits = LimitSettings.read(reader.section("limits"));
        LogSettings log = LogSettings.read(reader.section("log"));
        SessionSettings sessions = SessionSettings.read(reader.section("sessions"));
        SearchSettings search = SearchSettings.read(reader.section("search"));
        StoreSettings store = StoreSettings.read(reader.section("store"));
        RunSettings run = RunSettings.read(reader.section("run"));
        CheckpointSettings checkpoints = CheckpointSettings.read(reader.section(CheckpointSettings.NAME), redis);
        ErasureSettings erasures = ErasureSettings.read(reader.section("erasures"));
        JobSettings jobs = JobSettings.read(reader.section("jobs"));
        InterruptSettings interrupts = InterruptSettings.read(reader.section("interrupts"));
        checkpoints.checkExpiry(reader.section("interrupts"), interrupts.expiryMinutes());
        ModelSettings model = ModelSettings.read(reader.section(ModelSettings.NAME));
        CatalogSettings catalog = CatalogSettings.read(reader.section("catalog"));
        RecallSettings recalls = RecallSettings.read(reader.section("recalls"));
        AttachmentSettings attachments = AttachmentSettings.read(reader.section("attachments"));
        HookSettings hooks = HookSettings.read(reader.section(HookSettings.NAME));
        OutgoingSettings outgoing = OutgoingSettings.read(reader.section(OutgoingSettings.NAME));
        ToolSettings tools = ToolSettings.read(reader.section(ToolSettings.NAME));
        MemorySettings memory = MemorySettings.read(reader.section(MemorySettings.NAME));
        FeedbackSettings feedback = FeedbackSettings.read(reader.section(FeedbackSettings.NAME));
        CompletionSettings completions = CompletionSettings.read(reader.section(CompletionSettings.NAME));
        WebhookSettings webhooks = WebhookSettings.read(reader.section(WebhookSettings.NAME), outgoing);
        PushSettings push = PushSettings.read(reader.section(PushSettings.NAME), outgoing);
        McpSettings mcp = McpSettings.read(reader.section(McpSettings.NAME));
        GatewaySettings gateway = GatewaySettings.read(reader.section("gateway"));
        ShutdownSettings shutdown = ShutdownSettings.read(reader.section("shutdown"));
        LoggingSettings logging = LoggingSettings.read(reader.section("logging"));
        WatchSettings watch = WatchSettings.read(reader.section("watch"));
        UsageSettings usage = UsageSettings.read(reader.section("usage"));
        BudgetSettings budgets = BudgetSettings.read(reader.section("budgets"));
        TracingSettings tracing = TracingSettings.read(reader.section(TracingSettings.NAME));
        ReloadSettings reload = ReloadSettings.read(reader.section("reload"));
        ClusterSettings cluster = ClusterSettings.read(reader.section(ClusterSettings.NAME));
        cluster.checkShared(reader.section(ClusterSettings.NAME), database, checkpoints, attachments);
        // A text that exceeds the frame limit would close its socket permanently instead of being refused as
        // `too_large`.
        reader.section("server")
                .above("frameBytesMax", server.frameBytesMax(), "sessions.textBytesMax", sessions.textBytesMax());
        limits.checkUnread(reader.section("limits"), server.frameBytesMax());
        return new Settings(
                server.alsoFrom(cluster.peers()), // A page goes on with another node when its own is gone.
                data,
                database,
                redis,
                secrets,
                auth,
                keys,
                limits,
                log,
                sessions,
                search,
                store,
                run,
                checkpoints,
                erasures,
                jobs,
                interrupts,
                model,
                catalog,
                recalls,
                attachments,
                hooks,
                outgoing,
                tools,
                memory,
                feedback,
                completions,
                webhooks,
                push,
                mcp,
                gateway,
                shutdown,
                logging,
                watch,
                usage,
                budgets,
                tracing,
                reload,
                cluster);
    }
}
