package io.reprise.mcp.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.Deadline;
import io.reprise.mcp.channel.Dialect;
import io.reprise.mcp.channel.JsonRpc;
import io.reprise.mcp.channel.McpChannel;
import io.reprise.mcp.channel.McpChannel.Call;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.question.CallState;
import io.reprise.mcp.question.OpenCall;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.TraceParent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A connection to a server, in the version of the protocol that was found out when it was opened. Thread-safe. */
public final class McpConnection {
    private static final int UNSUPPORTED_VERSION = -32022;
    private static final Set<Integer> MODERN_ERRORS = Set.of(-32020, -32021, UNSUPPORTED_VERSION);
    private static final String META = "io.modelcontextprotocol/";

    private final McpChannel channel;
    private final McpSettings settings;
    private final Client client;
    private final Server server;

    /**
     * What a server says about itself.
     *
     * @param changes whether it tells when its tools change
     */
    public record Server(Dialect dialect, String name, String version, boolean hasTools, boolean changes) {
        /** Whether it may say something by itself: in the older protocol, it may ask people, too. */
        public boolean speaks() {
            return changes || !dialect.modern();
        }
    }

    /** This program, as it is introduced to servers. */
    public record Client(String name, String version) {}

    private McpConnection(McpChannel channel, McpSettings settings, Client client, Server server) {
        this.channel = channel;
        this.settings = settings;
        this.client = client;
        this.server = server;
    }

    /**
     * Finds out which version the server speaks: it is asked in the newer one first. Closes the channel if that fails.
     *
     * @throws McpFailure if it cannot be used
     */
    public static McpConnection open(McpChannel channel, McpSettings settings, Client client, StopSignal stop)
            throws InterruptedException {
        boolean opened = false;
        try {
            Server server = new Opening(channel, settings, client, stop).run();
            opened = true;
            return new McpConnection(channel, settings, client, server);
        } finally {
            if (!opened) channel.close(Dialect.LEGACY);
        }
    }

    public Server server() {
        return server;
    }

    public boolean isOpen() {
        return channel.isOpen();
    }

    public void close() {
        channel.close(server.dialect());
    }

    /** All tools, up to the limits. */
    public ToolList tools(StopSignal stop) throws InterruptedException {
        if (!server.hasTools()) return ToolList.EMPTY;
        Deadline deadline = Deadline.in(settings.waits().listMs());
        boolean withHeaders = server.dialect().modern() && channel.hasHeaders();
        ToolList.Builder list = new ToolList.Builder(settings.sizes(), withHeaders);
        Set<String> cursors = new HashSet<>();
        String cursor = "";
        for (int page = 0; page < settings.sizes().pages(); page++) {
            ObjectNode params = params();
            if (!cursor.isEmpty()) params.put("cursor", cursor);
            JsonNode answer = channel.request(new Call("tools/list", params, deadline), server.dialect(), stop);
            list.add(answer);
            cursor = answer.path("nextCursor").asText("");
            if (cursor.isEmpty()) return list.build();
            if (!list.hasRoom() || !cursors.add(cursor)) break;
        }
        list.cut("The list of the server does not end; what comes after this was left out.");
        return list.build();
    }

    /**
     * Calls a tool.
     *
     * @param from what the call goes on from
     * @param callMs longest time without progress
     * @return the result as the server sent it; also one that says that the tool failed, or that a person must be asked
     */
    public JsonNode call(RemoteTool tool, ObjectNode arguments, CallState from, int callMs, OpenCall open)
            throws InterruptedException {
        ObjectNode params = params().put("name", tool.name());
        params.set("arguments", arguments);
        from.addTo(params);
        Map<String, String> headers = new HashMap<>(tool.headersOf(arguments));
        trace(open.span(), params, headers);
        Deadline deadline = new Deadline(callMs, settings.waits().callMsMax());
        open.within(deadline);
        Call call = new Call("tools/call", params, tool.name(), headers, deadline, open);
        return channel.request(call, server.dialect(), open.stop());
    }

    /** Tells the server the span, in the field that the protocol has for it, and to proxies in the usual header. */
    private void trace(Span span, ObjectNode params, Map<String, String> headers) {
        span.set(Names.MCP_VERSION, server.dialect().version())
                .set(Names.TRANSPORT, channel.hasHeaders() ? "tcp" : "pipe");
        TraceParent context = span.context();
        if (context == null) return;
        params.withObjectProperty("_meta").put(TraceParent.HEADER, context.text());
        headers.put(TraceParent.HEADER, context.text());
    }

    /** Asks whether the server answers. */
    public void ping(int timeMs, StopSignal stop) throws InterruptedException {
        String method = server.dialect().modern() ? "server/discover" : "ping";
        channel.request(new Call(method, params(), Deadline.in(timeMs)), server.dialect(), stop);
    }

    /** Receives what the server says by itself, until it ends that. */
    public void listen(StopSignal stop) throws InterruptedException {
        ObjectNode wanted = params();
        wanted.putObject("notifications").put("toolsListChanged", true);
        channel.listen(wanted, server.dialect(), stop);
    }

    private ObjectNode params() {
        return server.dialect().modern() ? about(JsonRpc.object(), client) : JsonRpc.object();
    }

    private static ObjectNode about(ObjectNode params, Client client) {
        ObjectNode meta = params.putObject("_meta");
        meta.put(META + "protocolVersion", Dialect.MODERN.version());
        meta.putObject(META + "clientInfo").put("name", client.name()).put("version", client.version());
        meta.set(META + "clientCapabilities", capabilities());
        return params;
    }

    /** People can be asked, by forms and by addresses to visit. */
    private static ObjectNode capabilities() {
        ObjectNode capabilities = JsonRpc.object();
        ObjectNode elicitation = capabilities.putObject("elicitation");
        elicitation.putObject("form");
        elicitation.putObject("url");
        return capabilities;
    }

    /** Begins a connection. */
    private record Opening(McpChannel channel, McpSettings settings, Client client, StopSignal stop) {
        Server run() throws InterruptedException {
            try {
                return discover();
            } catch (McpFailure failure) {
                // One that refuses a version and then names it is asked once more.
                if (offers(failure, Dialect.MODERN)) return discover();
                if (isLegacy(failure)) return initialize();
                throw failure;
            }
        }

        private Server discover() throws InterruptedException {
            Deadline probe = Deadline.in(settings.waits().probeMs());
            Call call = new Call("server/discover", about(JsonRpc.object(), client), probe);
            JsonNode found = channel.request(call, Dialect.MODERN, stop);
            for (JsonNode version : found.path("supportedVersions")) {
                if (version.asText().equals(Dialect.MODERN.version())) return server(Dialect.MODERN, found);
            }
            return initialize();
        }

        /** Whether a server that fails in this way may speak the older protocol. */
        private boolean isLegacy(McpFailure failure) {
            return switch (failure.kind()) {
                case ERROR -> !MODERN_ERRORS.contains(failure.code()) || offers(failure, Dialect.LEGACY);
                // By HTTP, silence means that the server does not work.
                case TIMEOUT -> !channel.hasHeaders();
                case INVALID -> failure.code() == 0 || failure.code() / 100 == 4;
                default -> false;
            };
        }

        /** Whether it is the refusal of a version that names this one among those that are spoken. */
        private static boolean offers(McpFailure failure, Dialect dialect) {
            if (failure.code() != UNSUPPORTED_VERSION) return false;
            for (JsonNode version : failure.data().path("supported")) {
                if (version.asText().equals(dialect.version())) return true;
            }
            return false;
        }

        private Server initialize() throws InterruptedException {
            ObjectNode params = JsonRpc.object().put("protocolVersion", Dialect.LEGACY.version());
            params.set("capabilities", capabilities());
            params.putObject("clientInfo").put("name", client.name()).put("version", client.version());
            Deadline deadline =
                    Deadline.in(settings.waits().connectMs() + settings.waits().probeMs());
            JsonNode answer = channel.request(new Call("initialize", params, deadline), Dialect.LEGACY, stop);
            String version = answer.path("protocolVersion").asText("");
            // Older versions differ in nothing that this client uses.
            if (!version.matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}")) {
                throw McpFailure.of(Kind.INVALID, "The server speaks a version of the protocol that is not known.");
            }
            Dialect dialect = new Dialect(version, false);
            channel.tell("notifications/initialized", JsonRpc.object(), dialect);
            return server(dialect, answer);
        }

        private static Server server(Dialect dialect, JsonNode answer) {
            JsonNode info = answer.path("serverInfo");
            if (info.isMissingNode()) info = answer.path("_meta").path(META + "serverInfo");
            JsonNode tools = answer.path("capabilities").path("tools");
            return new Server(
                    dialect,
                    info.path("name").asText(""),
                    info.path("version").asText(""),
                    tools.isObject(),
                    tools.path("listChanged").asBoolean());
        }
    }
}
