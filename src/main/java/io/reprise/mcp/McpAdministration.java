package io.reprise.mcp;

import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.mcp.McpHealth.Checked;
import io.reprise.mcp.McpServer.Known;
import io.reprise.mcp.ServerLink.Trouble;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.connection.RemoteTool;
import io.reprise.mcp.connection.ToolList;
import io.reprise.mcp.tool.ToolNames;
import io.reprise.tool.TokenEstimate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What people see of MCP servers, and do with them. Thread-safe; does not block. */
public final class McpAdministration {
    private final McpServers servers;
    private final McpHealth health;
    private final Consumer<String> cleared;

    /** @param cleared told the server whose tools other nodes forget, too; null for all servers */
    public McpAdministration(McpServers servers, McpHealth health, Consumer<String> cleared) {
        this.servers = servers;
        this.health = health;
        this.cleared = cleared;
    }

    /** Whether a server can be used. */
    public enum Status {
        /** Nothing has been found out yet. */
        UNKNOWN,
        HEALTHY,
        UNHEALTHY,
        /** It is switched off, or its entry is not set up correctly. */
        EXCLUDED
    }

    /**
     * A server at the moment.
     *
     * @param connection null if there is none
     * @param known null if its tools are not known
     * @param tokens estimate of what its tools add to each request of a model
     * @param trouble null if nothing is wrong
     * @param check the last one; null if there was none
     */
    public record State(
            String name,
            Status status,
            McpConnection.Server connection,
            ToolList known,
            long listedAt,
            int tokens,
            int calls,
            Problem trouble,
            Checked check) {}

    /** @param at when it was noticed last */
    public record Problem(String message, long at) {}

    /**
     * A tool as it is at the server.
     *
     * @param model its name for models; null if agents do not get it
     * @param schema of its arguments, as text
     * @param tokens estimate
     */
    public record ToolState(String name, String model, String description, String schema, int tokens) {}

    /** All entries, by name. */
    public List<State> states() {
        return servers.entries().stream().map(this::state).toList();
    }

    private State state(Listed listed) {
        String name = listed.key().name();
        Optional<McpServer> found = servers.server(name);
        if (found.isEmpty()) return new State(name, Status.EXCLUDED, null, null, 0, 0, 0, null, null);
        McpServer server = found.get();
        Known known = server.known().orElse(null);
        Trouble trouble = server.trouble();
        return new State(
                name,
                health.of(name)
                        .map(works -> works ? Status.HEALTHY : Status.UNHEALTHY)
                        .orElse(Status.UNKNOWN),
                server.connected().map(McpConnection::server).orElse(null),
                known == null ? null : known.list(),
                known == null ? 0 : known.at(),
                known == null ? 0 : tokens(server.definition(), known.list()),
                server.underWay(),
                trouble.message() == null ? null : new Problem(trouble.message(), trouble.at()),
                health.lastCheck(name).orElse(null));
    }

    private static int tokens(McpServerDefinition definition, ToolList list) {
        return list.tools().stream()
                .filter(tool -> definition.tools().offers(tool.name()))
                .mapToInt(McpAdministration::tokens)
                .sum();
    }

    private static int tokens(RemoteTool tool) {
        return TokenEstimate.of(tool.name(), tool.description(), tool.schema().toString());
    }

    /** Whether there is a server with this name that may be used. */
    public boolean isUsed(String name) {
        return servers.server(name).isPresent();
    }

    /** The tools that are known of a server; asks for them if there are none. */
    public List<ToolState> tools(String name) {
        Optional<McpServer> found = servers.server(name);
        if (found.isEmpty()) return List.of();
        found.get().tools();
        McpServerDefinition.Tools which = found.get().definition().tools();
        ToolNames names = new ToolNames(Set.of());
        return found.get().known().map(Known::list).orElse(ToolList.EMPTY).tools().stream()
                .map(tool -> new ToolState(
                        tool.name(),
                        which.offers(tool.name()) ? names.of(name, which.prefix(), tool.name()) : null,
                        tool.description(),
                        tool.schema().toString(),
                        tokens(tool)))
                .toList();
    }

    /** Checks a server now. Fails if it cannot be used. */
    public CompletableFuture<Checked> check(String name) {
        return servers.server(name)
                .map(health::check)
                .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException("no server " + name)));
    }

    /** Forgets the tools of a server on every node, also those of single people. Returns how many this node had. */
    public int clear(String name) {
        cleared.accept(name);
        return forget(name);
    }

    /** Forgets the tools of all servers on every node. Returns how many this node had. */
    public int clear() {
        return clear(null);
    }

    /**
     * Forgets the tools of a server on this node. Returns how many there were.
     *
     * @param name null for all servers
     */
    public int forget(String name) {
        if (name != null) return servers.clear(name);
        return servers.all().stream()
                .map(McpServer::name)
                .mapToInt(servers::clear)
                .sum();
    }
}
