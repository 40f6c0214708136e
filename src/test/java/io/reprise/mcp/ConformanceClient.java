package io.reprise.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.mcp.channel.JsonRpc;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.connection.RemoteTool;
import io.reprise.mcp.connection.ToolList;
import io.reprise.message.Json;
import io.reprise.message.inquiry.InquiryForm;
import io.reprise.message.inquiry.InquiryForm.Checked;
import io.reprise.support.StopSignal;
import io.reprise.tool.AskingException;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The client that the official conformance suite examines, see {@code scripts/mcp-conformance}. Its argument is the address of
 * a server; the scenario is in the environment.
 */
public final class ConformanceClient {
    /** It is examined, not hurried: a machine that does much else is slow to answer. */
    private static final Map<String, String> SETTINGS =
            Map.of("outgoing.allow", "localhost,127.0.0.0/8,::1", "mcp.probeMs", "30000", "mcp.connectMs", "30000");

    private final McpServer server;
    private final ToolList tools;

    private ConformanceClient(McpServer server) throws Exception {
        this.server = server;
        this.tools = server.tools().get(30, TimeUnit.SECONDS).list();
    }

    public static void main(String[] arguments) {
        String scenario = System.getenv().getOrDefault("MCP_CONFORMANCE_SCENARIO", "");
        int status = 0;
        JsonNode context = ConformanceSignIn.context();
        Map<String, String> secrets =
                Map.of(McpBench.CLIENT_SECRET, context.path("client_secret").asText(""));
        try (McpBench bench = new McpBench(secrets, SETTINGS)) {
            if (scenario.startsWith(ConformanceSignIn.PREFIX)) {
                new ConformanceSignIn(bench, arguments[0], context).run();
            } else {
                bench.with("suite", Map.of("url", arguments[0]));
                new ConformanceClient(bench.server("suite")).run(scenario);
            }
        } catch (Exception e) {
            System.err.println(e);
            status = 1;
        }
        System.exit(status);
    }

    private void run(String scenario) throws InterruptedException {
        switch (scenario) {
            case "initialize" -> {}
            case "tools_call" -> call(tool("add_numbers"), "{\"a\":5,\"b\":3}");
            case "http-custom-headers" -> {
                JsonNode context = Json.parse(System.getenv("MCP_CONFORMANCE_CONTEXT"), JsonNode.class);
                for (JsonNode one : context.path("toolCalls")) {
                    call(tool(one.path("name").asText()), one.path("arguments").toString());
                }
            }
            case "json-schema-2020-12-preservation" -> preserve();
            default -> {
                for (RemoteTool tool : tools.tools()) call(tool, "{}");
            }
        }
    }

    /** Sends the schema of the one tool to the other one. */
    private void preserve() throws InterruptedException {
        List<RemoteTool> all = tools.tools();
        RemoteTool echo = all.stream()
                .filter(tool -> tool.name().contains("echo"))
                .findFirst()
                .orElseThrow();
        RemoteTool other = all.stream().filter(tool -> tool != echo).findFirst().orElseThrow();
        ObjectNode arguments = JsonRpc.object();
        arguments.set("schema", other.schema());
        server.call(echo, arguments, McpBench.call("{}"), new StopSignal());
    }

    private RemoteTool tool(String name) {
        return tools.tools().stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void call(RemoteTool tool, String arguments) throws InterruptedException {
        try {
            answering(tool, arguments);
        } catch (McpFailure failure) {
            System.err.println(tool.name() + ": " + failure.getMessage());
        }
    }

    /** Answers all questions of the server with their defaults. */
    private void answering(RemoteTool tool, String arguments) throws InterruptedException {
        ToolCall call = McpBench.call(arguments);
        while (true) {
            try {
                server.call(tool, Json.parse(arguments, ObjectNode.class), call, new StopSignal());
                return;
            } catch (AskingException asking) {
                call = call.from(new Continued(asking.state(), Answer.ACCEPT, filled(asking), asking.held()));
            }
        }
    }

    private static String filled(AskingException asking) {
        String form = asking.inquiry().form();
        if (form == null) return null;
        return InquiryForm.of(Json.parse(form, JsonNode.class)).check("{}") instanceof Checked.Fits fits
                ? fits.content()
                : "{}";
    }
}
