package io.reprise.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A server made with the official Java SDK, as a program that speaks over its input and output. */
final class SdkMcpServer {
    private static final Map<String, Object> NO_ARGUMENTS = Map.of("type", "object");
    private static final Map<String, Object> TEXT = Map.of(
            "type",
            "object",
            "properties",
            Map.of("text", Map.of("type", "string", "description", "What to repeat")),
            "required",
            List.of("text"));
    private static final Map<String, Object> CITY = Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string"), "days", Map.of("type", "integer", "default", 2)),
            "required",
            List.of("city"));

    private SdkMcpServer() {}

    public static void main(String[] arguments) {
        McpSyncServer[] server = new McpSyncServer[1];
        server[0] = McpServer.sync(new StdioServerTransportProvider(new JacksonMcpJsonMapper(new ObjectMapper())))
                .serverInfo("sdk", "2.1.0")
                .capabilities(ServerCapabilities.builder().tools(true).build())
                .tools(
                        tool(
                                "repeat",
                                TEXT,
                                (exchange, call) ->
                                        text(String.valueOf(call.arguments().get("text")))),
                        tool(
                                "fail",
                                NO_ARGUMENTS,
                                (exchange, call) -> CallToolResult.builder()
                                        .addTextContent("The house is closed.")
                                        .isError(true)
                                        .build()),
                        tool(
                                "picture",
                                NO_ARGUMENTS,
                                (exchange, call) -> CallToolResult.builder()
                                        .addContent(ImageContent.builder("aGVsbG8=", "image/png")
                                                .build())
                                        .build()),
                        tool("ask", NO_ARGUMENTS, (exchange, call) -> asked(exchange)),
                        tool("grow", NO_ARGUMENTS, (exchange, call) -> {
                            server[0].addTool(tool("grown", NO_ARGUMENTS, (own, its) -> text("new")));
                            return text("grown");
                        }))
                .build();
    }

    private static SyncToolSpecification tool(
            String name,
            Map<String, Object> schema,
            BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        return SyncToolSpecification.builder()
                .tool(Tool.builder(name, schema).description("Does " + name).build())
                .callHandler(handler)
                .build();
    }

    private static CallToolResult asked(McpSyncServerExchange exchange) {
        ElicitResult answer = exchange.createElicitation(
                ElicitFormRequest.builder("Which city?", CITY).build());
        return text(answer.action() + " " + answer.content());
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }
}
