package io.reprise.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.connection.ResultText;
import io.reprise.message.Json;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.support.StopSignal;
import io.reprise.tool.AskingException;
import io.reprise.tool.CallOutput;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tool of an MCP server. A call of a run that was killed is not repeated, whatever the server claims about the tool.
 *
 * @param name for the model
 * @param timeMs longest time of a call, whatever progress it makes
 * @param server as people know it
 * @param calling makes the call
 */
public record McpTool(String name, String description, String schema, int timeMs, String server, Calling calling)
        implements Tool {
    /** Calls the tool at its server. */
    @FunctionalInterface
    public interface Calling {
        /**
         * @throws McpFailure if there is no result
         * @throws AskingException if a person must be asked
         */
        JsonNode call(ObjectNode arguments, ToolCall call, StopSignal stop) throws InterruptedException;
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.UNKNOWN.within(timeMs, 0);
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        JsonNode result = result(call, stop);
        boolean failed = result.path("isError").asBoolean();
        Content content = ResultText.of(result, failed ? CallOutput.NONE : call.output());
        List<Part.File> images = content.files();
        String text = content.parts().stream()
                .filter(part -> !(part instanceof Part.File))
                .map(Part::shown)
                .collect(Collectors.joining("\n\n"));
        if (failed) throw new ToolFailure(text.isBlank() ? "The tool failed." : marked(text));
        return Content.of(text.isBlank() ? "" : marked(text), List.copyOf(images));
    }

    /** What others wrote, also about a failure, is data like a page of the web. */
    private String marked(String text) {
        return ForeignText.marked("the MCP server " + server, text);
    }

    private JsonNode result(ToolCall call, StopSignal stop) throws InterruptedException {
        try {
            return calling.call(Json.parse(call.arguments(), ObjectNode.class), call, stop);
        } catch (McpFailure failure) {
            boolean unknown = switch (failure.kind()) {
                case CUT, TIMEOUT, TOO_LARGE, INVALID -> true;
                case UNREACHABLE, REFUSED, UNAUTHORIZED, SESSION_LOST, ERROR, BUSY -> false;
            };
            throw new ToolFailure(
                    failure.getMessage() + (unknown ? " It is unknown whether the call took effect." : ""), failure);
        }
    }
}
