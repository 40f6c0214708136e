package io.reprise;

import io.reprise.account.McpSignInStore;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.Settings;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.McpAdministration;
import io.reprise.mcp.McpChannels;
import io.reprise.mcp.McpHealth;
import io.reprise.mcp.McpServers;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.signin.AuthHttp;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.outgoing.Names;
import io.reprise.outgoing.OutgoingGuard;
import io.reprise.outgoing.OutgoingStreams;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.util.Map;

/** The MCP servers of the catalogue: connections, sign-ins of people, health, and what other nodes are told of them. */
final class McpPart implements AutoCloseable {
    private final Given given;
    private final McpSignIns signIns;
    private final McpServers servers;
    private final McpHealth health;
    private final McpAdministration administration;
    private final long sweep;

    /** What the part is made from; {@code environment} has the secrets that entries refer to. */
    record Given(
            Vertx vertx,
            String node,
            Current<Settings> settings,
            Current<Catalog> catalog,
            Map<String, String> environment,
            Names names,
            OutgoingGuard guard,
            McpSignInStore signIns,
            Secrets secrets,
            MonotonicClock clock,
            WallClock time,
            Metrics metrics) {
        Current<McpSettings> mcp() {
            return settings.map(Settings::mcp);
        }
    }

    McpPart(Given given) {
        this.given = given;
        McpSettings now = given.mcp().get();
        signIns = signIns(now);
        servers = new McpServers(
                given.catalog(),
                new McpServers.Surroundings(
                        new McpChannels(given.vertx(), given.names(), given.guard(), given.environment()),
                        given.mcp(),
                        new McpConnection.Client("reprise", Version.text()),
                        given.clock(),
                        given.time(),
                        given.metrics(),
                        signIns));
        health = new McpHealth(servers, given.mcp().map(McpSettings::check), given.time(), this::tell);
        administration = overNodes();
        sweep = given.vertx().setPeriodic(now.cache().sweepMs(), timer -> servers.sweep());
    }

    private McpSignIns signIns(McpSettings now) {
        var options =
                new OutgoingStreams.Options(now.waits().connectMs(), now.sizes().connections(), true);
        return new McpSignIns(new McpSignIns.Parts(
                given.signIns(),
                given.secrets(),
                given.catalog(),
                given.settings().map(all -> all.server().publicUrl().map(Object::toString)),
                given.mcp().map(McpSettings::people),
                new AuthHttp(
                        new OutgoingStreams(given.vertx(), given.names(), given.guard(), options),
                        given.mcp().map(McpSettings::people)),
                given.time(),
                given.environment()));
    }

    private McpAdministration overNodes() {
        McpAdministration all = new McpAdministration(
                servers,
                health,
                server -> given.vertx()
                        .eventBus()
                        .publish(Addresses.MCP_TOOLS, new NodeMessage.McpToolsCleared(given.node(), server)));
        given.vertx().eventBus().<NodeMessage.McpToolsCleared>consumer(Addresses.MCP_TOOLS, message -> {
            if (!message.body().node().equals(given.node()))
                all.forget(message.body().server());
        });
        return all;
    }

    private void tell(McpHealth.Change change) {
        String title = given.catalog()
                .get()
                .mcpServer(change.server())
                .map(McpServerDefinition::title)
                .filter(text -> !text.isEmpty())
                .orElse(change.server());
        String status = change.healthy() ? "healthy" : "unhealthy";
        given.vertx()
                .eventBus()
                .publish(Addresses.mcpNews(given.node()), new NodeMessage.McpNews(change.server(), title, status));
    }

    McpServers servers() {
        return servers;
    }

    McpSignIns signIns() {
        return signIns;
    }

    McpHealth health() {
        return health;
    }

    McpAdministration administration() {
        return administration;
    }

    /** Also cancels the timer: Vert.x would keep it, and with it this part, for as long as the process lives. */
    @Override
    public void close() {
        health.close();
        servers.close();
        given.vertx().cancelTimer(sweep);
    }
}
