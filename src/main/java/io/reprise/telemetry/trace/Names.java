package io.reprise.telemetry.trace;

/**
 * Names of attributes: those of the OpenTelemetry semantic conventions 1.41.1, and some of our own that begin with
 * {@code reprise}.
 */
public final class Names {
    public static final String ERROR_TYPE = "error.type";

    public static final String HTTP_METHOD = "http.request.method";
    public static final String HTTP_ROUTE = "http.route";
    public static final String HTTP_STATUS = "http.response.status_code";
    public static final String URL_PATH = "url.path";
    public static final String SERVER_ADDRESS = "server.address";
    public static final String SERVER_PORT = "server.port";

    public static final String OPERATION = "gen_ai.operation.name";
    public static final String PROVIDER = "gen_ai.provider.name";
    public static final String CONVERSATION = "gen_ai.conversation.id";
    public static final String AGENT_ID = "gen_ai.agent.id";
    public static final String AGENT = "gen_ai.agent.name";
    public static final String AGENT_VERSION = "gen_ai.agent.version";
    public static final String REQUEST_MODEL = "gen_ai.request.model";
    public static final String REQUEST_TEMPERATURE = "gen_ai.request.temperature";
    public static final String REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens";
    public static final String REQUEST_STREAM = "gen_ai.request.stream";
    public static final String RESPONSE_ID = "gen_ai.response.id";
    public static final String RESPONSE_MODEL = "gen_ai.response.model";
    public static final String FINISH_REASONS = "gen_ai.response.finish_reasons";
    public static final String TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
    public static final String INPUT_TOKENS = "gen_ai.usage.input_tokens";
    public static final String OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    public static final String CACHE_READ_TOKENS = "gen_ai.usage.cache_read.input_tokens";
    public static final String CACHE_CREATION_TOKENS = "gen_ai.usage.cache_creation.input_tokens";
    public static final String REASONING_TOKENS = "gen_ai.usage.reasoning.output_tokens";

    public static final String TOOL = "gen_ai.tool.name";
    public static final String TOOL_TYPE = "gen_ai.tool.type";
    public static final String TOOL_DESCRIPTION = "gen_ai.tool.description";
    public static final String TOOL_CALL = "gen_ai.tool.call.id";

    public static final String MCP_METHOD = "mcp.method.name";
    public static final String MCP_VERSION = "mcp.protocol.version";
    public static final String TRANSPORT = "network.transport";

    // Content, only if it is asked for.
    public static final String TOOL_ARGUMENTS = "gen_ai.tool.call.arguments";
    public static final String TOOL_RESULT = "gen_ai.tool.call.result";
    public static final String TOOL_DEFINITIONS = "gen_ai.tool.definitions";
    public static final String INPUT_MESSAGES = "gen_ai.input.messages";
    public static final String OUTPUT_MESSAGES = "gen_ai.output.messages";
    public static final String SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions";

    public static final String COMMAND = "reprise.command";
    public static final String OUTCOME = "reprise.outcome";
    public static final String RUN = "reprise.run";
    public static final String RUN_ORIGIN = "reprise.run.origin";
    public static final String RUN_ATTEMPT = "reprise.run.attempt";
    public static final String REQUEST = "reprise.request";
    public static final String STEP = "reprise.step";

    private Names() {}

    /**
     * A provider as the conventions name it.
     *
     * @param type of the provider in the settings and in the catalogue
     */
    public static String provider(String type) {
        return switch (type) {
            case "azure" -> "azure.ai.openai";
            case "mistral" -> "mistral_ai";
            case "gemini" -> "gcp.gemini";
            default -> type;
        };
    }
}
