package io.reprise.mcp;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Origin;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.Settings;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.signin.AuthHttp;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.outgoing.Names;
import io.reprise.outgoing.OutgoingGuard;
import io.reprise.outgoing.OutgoingStreams;
import io.reprise.secret.SecretBox;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.StopSignal;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.RemoteTools.Asker;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Servers of a catalogue in this process. Its monotonic clock is moved by hand; its waits are those of the machine. */
final class McpBench implements AutoCloseable {
    private static final Map<String, String> SETTINGS =
            Map.of("outgoing.allow", "127.0.0.0/8", "mcp.runMs", "30000", "mcp.changeMs", "10", "mcp.stopMs", "200");

    /** Variable with the secret of a client that is registered already. */
    static final String CLIENT_SECRET = "CLIENT_SECRET";

    private static final String MARK = "<<<foreign text\n";

    final AtomicLong clockMs = new AtomicLong(1_000_000);
    final Current.Holder<Settings> settings;
    final McpServers servers;
    final McpSignIns signIns;
    final MemorySignInStore store;
    final AtomicLong wallMs = new AtomicLong(System.currentTimeMillis());
    private final WallClock time = wallMs::get;
    private final Map<String, String> all = new HashMap<>(SETTINGS);
    private final Vertx vertx = Vertx.vertx();
    private final Map<EntryKey, Entry> entries = new TreeMap<>();
    private final Current.Holder<Catalog> catalog = new Current.Holder<>(Catalog.EMPTY);

    McpBench(Map<String, String> environment, Map<String, String> other) {
        this(environment, other, new MemorySignInStore());
    }

    /** @param store of sign-ins, which several may share as the nodes of a cluster do */
    McpBench(Map<String, String> environment, Map<String, String> other, MemorySignInStore store) {
        this.store = store;
        all.putAll(other);
        settings = new Current.Holder<>(Settings.with(all));
        MonotonicClock clock = clockMs::get;
        OutgoingGuard guard = new OutgoingGuard(settings.map(Settings::outgoing));
        signIns = signIns(guard, environment);
        servers = new McpServers(
                catalog,
                new McpServers.Surroundings(
                        new McpChannels(vertx, Names.ofSystem(vertx), guard, environment),
                        settings.map(Settings::mcp),
                        new McpConnection.Client("reprise", "test"),
                        clock,
                        time,
                        Metrics.unseen(),
                        signIns));
    }

    private McpSignIns signIns(OutgoingGuard guard, Map<String, String> environment) {
        var options = new OutgoingStreams.Options(30_000, 8, true);
        return new McpSignIns(new McpSignIns.Parts(
                store,
                new Secrets.On(new SecretBox(List.of("a key that is long enough for this"))),
                catalog,
                Current.always(Optional.of("https://conformance-test.local")),
                settings.map(now -> now.mcp().people()),
                new AuthHttp(
                        new OutgoingStreams(vertx, Names.ofSystem(vertx), guard, options),
                        settings.map(now -> now.mcp().people())),
                time,
                environment));
    }

    McpBench() {
        this(Map.of(), Map.of());
    }

    void change(String setting, String value) {
        all.put(setting, value);
        settings.replace(Settings.with(all));
    }

    /** An entry of the catalogue; it may replace one. */
    McpBench with(String name, Map<String, Object> body) {
        EntryKey key = new EntryKey(Kind.MCP_SERVER, name);
        entries.put(key, new Entry(key, Origin.DATABASE, 1, body, "root", 0));
        return publish();
    }

    McpBench with(String name, FakeMcp fake) {
        return with(name, Map.of("url", fake.url()));
    }

    McpBench without(String name) {
        entries.remove(new EntryKey(Kind.MCP_SERVER, name));
        return publish();
    }

    private McpBench publish() {
        catalog.replace(Catalog.of(1, entries.values(), List.of(), new EntryReader(new ProviderTypes())));
        return this;
    }

    McpServer server(String name) {
        return servers.server(name).orElseThrow();
    }

    List<Tool> tools(String... names) throws InterruptedException {
        return toolsOf("ada", names);
    }

    List<Tool> toolsOf(String user, String... names) throws InterruptedException {
        return servers.of(List.of(names), Set.of(), new Asker(user, null));
    }

    List<String> names(String... servers) throws InterruptedException {
        return tools(servers).stream().map(Tool::name).toList();
    }

    Tool tool(String server, String name) throws InterruptedException {
        return tools(server).stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static ToolCall call(String arguments) {
        return new ToolCall("call_1", "s_1", "ada", arguments);
    }

    /** What the server answers, without the mark that it is text of others. */
    static String text(Tool tool, String arguments) throws InterruptedException {
        return unmarked(tool.call(call(arguments), new StopSignal()).text());
    }

    static String unmarked(String text) {
        int begin = text.indexOf(MARK);
        return begin < 0 ? text : text.substring(begin + MARK.length(), text.lastIndexOf("\nforeign text>>>"));
    }

    @Override
    public void close() {
        servers.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
