package io.reprise.mcp;

import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.HttpChannel;
import io.reprise.mcp.channel.McpChannel;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.channel.StdioChannel;
import io.reprise.mcp.signin.Access;
import io.reprise.outgoing.Names;
import io.reprise.outgoing.OutgoingGuard;
import io.reprise.outgoing.OutgoingStreams;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens channels to servers of the catalogue. Each has connections of its own, so that none waits for another's.
 *
 * @param guard judges addresses
 * @param environment of this process: programs get a few harmless variables of it, and secrets that entries refer to
 */
public record McpChannels(Vertx vertx, Names names, OutgoingGuard guard, Map<String, String> environment)
        implements McpServers.Channels {
    private static final List<String> PASSED_ON = List.of("PATH", "HOME", "LANG", "TZ", "TMPDIR");

    @Override
    public McpChannel open(
            String name,
            McpServerDefinition definition,
            Access access,
            McpSettings limits,
            McpChannel.Listener listener) {
        return switch (definition.transport()) {
            case HTTP -> http(definition, access, limits, listener);
            case STDIO -> stdio(name, definition, limits, listener);
        };
    }

    private McpChannel http(
            McpServerDefinition definition, Access access, McpSettings limits, McpChannel.Listener listener) {
        if (definition.passesToken() && !limits.mayGetTokens(definition.url())) {
            throw McpFailure.of(
                    Kind.REFUSED,
                    "The server is not one of this installation that may be sent the tokens of callers; an operator can"
                            + " name its host in mcp.callerTokenHosts.");
        }
        var options = new OutgoingStreams.Options(
                limits.waits().connectMs(), limits.sizes().connections(), definition.verifyTls());
        return new HttpChannel(
                new OutgoingStreams(vertx, names, guard, options),
                definition.url(),
                () -> headers(definition, access),
                limits.sizes(),
                listener);
    }

    private Map<String, String> headers(McpServerDefinition definition, Access access) {
        Map<String, String> headers = new LinkedHashMap<>(definition.credentials(environment));
        headers.putAll(access.headers());
        return headers;
    }

    private McpChannel stdio(
            String name, McpServerDefinition definition, McpSettings limits, McpChannel.Listener listener) {
        if (!limits.commands().contains(definition.command())) {
            throw McpFailure.of(
                    Kind.REFUSED,
                    "The program \"" + definition.command()
                            + "\" is not allowed; an operator can allow it with mcp.commands.");
        }
        List<String> command = new ArrayList<>(List.of(definition.command()));
        command.addAll(definition.args());
        Map<String, String> variables = new LinkedHashMap<>();
        for (String passed : PASSED_ON) {
            if (environment.containsKey(passed)) variables.put(passed, environment.get(passed));
        }
        variables.putAll(definition.environment(environment));
        return StdioChannel.start(new StdioChannel.Program(name, command, variables), limits, listener);
    }
}
