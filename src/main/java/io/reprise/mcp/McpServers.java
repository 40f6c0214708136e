package io.reprise.mcp;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.McpServer.Known;
import io.reprise.mcp.channel.McpChannel;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.connection.RemoteTool;
import io.reprise.mcp.signin.Access;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.mcp.tool.AbsentTools;
import io.reprise.mcp.tool.McpTool;
import io.reprise.mcp.tool.ToolNames;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.ModelSchema;
import io.reprise.tool.RemoteTools;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MCP servers of the catalogue, each with its own connection. Thread-safe. */
public final class McpServers implements RemoteTools {
    private static final Logger log = LoggerFactory.getLogger(McpServers.class);

    private final Current<Catalog> catalog;
    private final Surroundings around;
    private final Map<String, McpServer> servers = new ConcurrentHashMap<>();
    private final UserServers ofUsers;

    /**
     * What servers are made with.
     *
     * @param signIns of people to servers; null if nobody can sign in
     */
    public record Surroundings(
            Channels channels,
            Current<McpSettings> settings,
            McpConnection.Client client,
            MonotonicClock clock,
            WallClock time,
            Metrics metrics,
            McpSignIns signIns) {}

    /** Opens channels to servers. */
    @FunctionalInterface
    public interface Channels {
        /** @throws McpFailure if there can be none */
        McpChannel open(
                String name,
                McpServerDefinition definition,
                Access access,
                McpSettings limits,
                McpChannel.Listener listener);
    }

    public McpServers(Current<Catalog> catalog, Surroundings around) {
        this.catalog = catalog;
        this.around = around;
        this.ofUsers = new UserServers(catalog, around);
    }

    /** The server of this entry, if it may be used. A changed entry gets a new connection; calls of the old one go on. */
    Optional<McpServer> server(String name) {
        Optional<McpServerDefinition> definition = catalog.get().mcpServer(name);
        if (definition.isEmpty()) {
            retire(name);
            return Optional.empty();
        }
        return Optional.of(servers.compute(name, (same, before) -> {
            if (before != null && before.definition().equals(definition.get())) return before;
            if (before != null) before.retire();
            return new McpServer(name, definition.get(), around);
        }));
    }

    /** As above; a server that is told who asks has a connection for each of them. */
    private Optional<McpServer> server(String name, Asker asker) {
        Optional<McpServerDefinition> definition = catalog.get().mcpServer(name);
        if (definition.isEmpty() || !definition.get().isPersonal()) return server(name);
        return ofUsers.server(name, asker);
    }

    private void retire(String name) {
        McpServer gone = servers.remove(name);
        if (gone != null) gone.retire();
    }

    /** All entries, also those that may not be used, by name. */
    List<Listed> entries() {
        return catalog.get().all(Kind.MCP_SERVER);
    }

    /** All servers that may be used, by name. */
    List<McpServer> all() {
        return entries().stream()
                .flatMap(listed -> server(listed.key().name()).stream())
                .toList();
    }

    @Override
    public List<Tool> of(List<String> names, Set<String> taken, Asker asker) throws InterruptedException {
        List<McpServer> used = names.stream()
                .sorted()
                .distinct()
                .flatMap(name -> server(name, asker).stream())
                .toList();
        List<CompletableFuture<Known>> asked =
                used.stream().map(McpServer::tools).toList();
        awaitSome(asked);
        ToolNames given = new ToolNames(taken);
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; i < used.size(); i++) {
            Known known = asked.get(i).isDone() && !asked.get(i).isCompletedExceptionally()
                    ? asked.get(i).join()
                    : used.get(i).known().orElse(null);
            McpServer server = used.get(i);
            if (known == null) tellMissing(server);
            else tools.addAll(tools(server, asker, known, given));
            if (server.definition().signsIn()) tools.add(ofUsers.signIn(server, asker.user(), given));
        }
        tools.addAll(absent(names, asker, given));
        return tools;
    }

    /** What stands for the tools of servers that want to know who asks, in a run that cannot tell. */
    private List<Tool> absent(List<String> names, Asker asker, ToolNames given) {
        if (ofUsers.isPresent(asker)) return List.of();
        return names.stream()
                .sorted()
                .distinct()
                .flatMap(name -> catalog.get().mcpServer(name).stream()
                        .filter(McpServerDefinition::passesToken)
                        .<Tool>map(definition -> AbsentTools.of(name, definition, given)))
                .toList();
    }

    private void awaitSome(List<CompletableFuture<Known>> asked) throws InterruptedException {
        try {
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                    .get(around.settings().get().waits().runMs(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The run goes on with the tools that are known.
        }
    }

    private static void tellMissing(McpServer server) {
        log.atInfo()
                .addKeyValue("server", server.name())
                .addKeyValue("reason", server.trouble().message())
                .log("a run has no tools of an MCP server, because they are not known yet");
    }

    private List<Tool> tools(McpServer server, Asker asker, Known known, ToolNames names) {
        McpSettings.Sizes sizes = around.settings().get().sizes();
        McpServerDefinition.Tools which = server.definition().tools();
        return known.list().tools().stream()
                .filter(tool -> which.offers(tool.name()))
                .map(tool -> tool(server, asker, tool, names.of(server.name(), which.prefix(), tool.name()), sizes))
                .toList();
    }

    private Tool tool(McpServer server, Asker asker, RemoteTool tool, String name, McpSettings.Sizes sizes) {
        String schema = ModelSchema.of(tool.schema(), sizes.schemaBytes(), sizes.schemaDepth())
                .toString();
        return new McpTool(
                name,
                tool.description(),
                schema,
                around.settings().get().waits().callMsMax(),
                server.shown(),
                (arguments, call, stop) -> usable(server, asker).call(tool, arguments, call, stop));
    }

    private McpServer usable(McpServer server, Asker asker) {
        return server(server.name(), asker)
                .orElseThrow(() -> server.definition().passesToken() && !ofUsers.isPresent(asker)
                        ? new ToolFailure(AbsentTools.reason(server.shown()))
                        : new ToolFailure("The server of this tool is not used any more."));
    }

    /** Forgets the tools of a server, also those that each person has of their own. Returns how many there were. */
    int clear(String name) {
        return server(name).map(McpServer::clear).orElse(0) + ofUsers.clear(name);
    }

    /** Lists the tools of all servers in the background, so that the first runs find them. */
    public void warmUp() {
        if (around.settings().get().cache().warmUp())
            all().stream().filter(server -> !server.definition().isPersonal()).forEach(McpServer::tools);
    }

    /** Ends connections of entries that are gone, changed or switched off. */
    public void sweep() {
        servers.keySet().forEach(this::server);
        ofUsers.sweep();
    }

    /** Ends all connections. */
    public void close() {
        ofUsers.close();
        servers.keySet().forEach(name -> {
            McpServer server = servers.remove(name);
            if (server != null) server.close();
        });
    }
}
