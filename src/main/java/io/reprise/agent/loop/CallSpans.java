package io.reprise.agent.loop;

import io.reprise.agent.middleware.Middleware.ToolAnswer;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart.Kind;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/** The spans of calls to models and tools. */
final class CallSpans {
    static final String CHAT = "chat";

    private static final double NANOS_PER_S = 1e9;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private CallSpans() {}

    static Span model(Span parent, ChatModel model, ModelRequest request) {
        Span span = parent.child(CHAT + " " + model.name(), Kind.CLIENT);
        if (!span.isRecorded()) return span;
        span.set(Names.OPERATION, CHAT)
                .set(Names.PROVIDER, Names.provider(model.provider()))
                .set(Names.REQUEST_MODEL, model.name())
                .set(Names.REQUEST_TEMPERATURE, model.sampling().temperature().orElse(null))
                .set(Names.REQUEST_MAX_TOKENS, model.sampling().maxTokens().orElse(null))
                .set(Names.REQUEST_STREAM, true);
        model.address()
                .ifPresent(address ->
                        span.set(Names.SERVER_ADDRESS, address.getHost()).set(Names.SERVER_PORT, port(address)));
        int charsMax = span.contentCharsMax();
        if (charsMax == 0) return span;
        if (!request.prompt().isEmpty())
            span.set(Names.SYSTEM_INSTRUCTIONS, SpanContent.prompt(request.prompt(), charsMax));
        if (!request.tools().isEmpty()) span.set(Names.TOOL_DEFINITIONS, SpanContent.tools(request.tools(), charsMax));
        return span.set(Names.INPUT_MESSAGES, SpanContent.messages(request.messages(), charsMax));
    }

    /** The port of a provider. */
    static int port(URI address) {
        if (address.getPort() > 0) return address.getPort();
        return "https".equals(address.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }

    static void firstPiece(Span span, long nanos) {
        span.set(Names.TIME_TO_FIRST_CHUNK, nanos / NANOS_PER_S);
    }

    static void answered(Span span, ModelTurn turn) {
        if (!span.isRecorded()) return;
        ModelUsage usage = turn.usage();
        span.set(Names.INPUT_TOKENS, usage.input())
                .set(Names.OUTPUT_TOKENS, usage.output())
                .set(Names.CACHE_READ_TOKENS, usage.cachedInput())
                .set(Names.CACHE_CREATION_TOKENS, usage.cacheWrite())
                .set(Names.REASONING_TOKENS, usage.reasoning());
        ModelTurn.Response response = turn.response();
        span.set(Names.RESPONSE_ID, response.id()).set(Names.RESPONSE_MODEL, response.model());
        if (!response.finishReasons().isEmpty()) span.set(Names.FINISH_REASONS, response.finishReasons());
    }

    static void said(Span span, Supplier<ModelMessage.Assistant> turn) {
        int charsMax = span.contentCharsMax();
        if (charsMax > 0) span.set(Names.OUTPUT_MESSAGES, SpanContent.messages(List.of(turn.get()), charsMax));
    }

    static Span tool(Span parent, Tool tool, ToolCall call) {
        Span span = parent.child("execute_tool " + tool.name(), Kind.INTERNAL);
        if (!span.isRecorded()) return span;
        span.set(Names.OPERATION, "execute_tool")
                .set(Names.TOOL, tool.name())
                .set(Names.TOOL_TYPE, "function")
                .set(Names.TOOL_DESCRIPTION, tool.description())
                .set(Names.TOOL_CALL, call.id());
        int charsMax = span.contentCharsMax();
        if (charsMax > 0) span.set(Names.TOOL_ARGUMENTS, SpanContent.cut(call.arguments(), charsMax));
        return span;
    }

    static void answered(Span span, ToolAnswer answer) {
        int charsMax = span.contentCharsMax();
        if (charsMax > 0)
            span.set(Names.TOOL_RESULT, SpanContent.cut(answer.content().text(), charsMax));
        if (answer.failed()) span.fail("tool_error");
    }
}
