package io.reprise.gateway.frame;

import io.reprise.config.tool.ToolSettings;
import io.reprise.message.ClientTool;
import io.reprise.message.Command;
import io.reprise.message.Command.ClientResult;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.support.Current;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the tools that a client declares, and the results that it brings. */
public final class ClientToolReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int DESCRIPTION_CHARS_MAX = 8_192;
    private static final int CALL_CHARS_MAX = 512;

    /** More than {@code interrupts.openMax} can be. */
    private static final int RESULTS_MAX = 256;

    private final Current<ToolSettings.Client> limits;

    public ClientToolReader(Current<ToolSettings.Client> limits) {
        this.limits = limits;
    }

    /** The tools in {@code tools}; null for none, so that a command without tools stays what it was. */
    public List<ClientTool> tools(Fields fields) {
        if (!fields.has("tools")) return null;
        List<ClientTool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int bytesMax = limits.get().bytesMax();
        for (JsonObject json : fields.optionalObjects("tools", limits.get().declaredMax())) {
            ClientTool tool = tool(fields, json, bytesMax);
            if (tool == null) return null;
            if (!names.add(tool.name())) fields.wrong("tools", "must not name " + tool.name() + " twice");
            tools.add(tool);
        }
        if (tools.isEmpty()) return null;
        if (Texts.utf8Bytes(Json.text(tools)) > bytesMax) fields.fault(Failure.tooLong("tools", bytesMax));
        return tools;
    }

    private static ClientTool tool(Fields fields, JsonObject json, int bytesMax) {
        Fields tool = new Fields(json);
        String name = tool.anyText("name");
        if (name == null || !NAME.matcher(name).matches()) {
            tool.wrong("name", "of a tool must have 1 to 64 of A-Z a-z 0-9 _ -");
        }
        String description = tool.anyText("description");
        if (description != null && description.length() > DESCRIPTION_CHARS_MAX) {
            tool.fault(Failure.tooLong("description", DESCRIPTION_CHARS_MAX));
        }
        Map<String, Object> parameters = tool.optionalObject("parameters", bytesMax);
        if (parameters != null && !"object".equals(parameters.getOrDefault("type", "object"))) {
            tool.wrong("parameters", "of a tool must be the JSON Schema of an object");
        }
        if (tool.fault() != null) {
            fields.fault(tool.fault());
            return null;
        }
        return new ClientTool(
                name, description == null ? "" : description, parameters == null ? "{}" : Json.text(parameters));
    }

    /** The results in {@code results}. */
    Command results(Fields fields) {
        for (String other : List.of("interrupt", "decision", "arguments", "content", "text")) {
            if (fields.has(other)) fields.wrong(other, "does not go with results");
        }
        List<ClientResult> results = new ArrayList<>();
        for (JsonObject json : fields.optionalObjects("results", RESULTS_MAX)) {
            ClientResult result = result(fields, json);
            if (result == null) return null;
            results.add(result);
        }
        if (results.isEmpty()) fields.wrong("results", "must be a list of objects that is not empty");
        return new Command.Results(results);
    }

    private ClientResult result(Fields fields, JsonObject json) {
        Fields result = new Fields(json);
        String call = result.optionalText("toolCallId", CALL_CHARS_MAX);
        if (call == null) result.wrong("toolCallId", "must be the id of a call");
        String content = result.anyText("content");
        String error = result.anyText("error");
        if (content == null && error == null) result.wrong("content", "of a result must be a string");
        if (result.fault() != null) {
            fields.fault(result.fault());
            return null;
        }
        return of(fields, call, content, error);
    }

    /**
     * The result of a call.
     *
     * @param content may be null if there is an error
     * @param error why the call failed, or null
     */
    public ClientResult of(Fields fields, String call, String content, String error) {
        boolean failed = error != null;
        String text = failed ? (error.isBlank() ? content == null ? "" : content : error) : content;
        int bytesMax = limits.get().resultBytesMax();
        if (Texts.utf8Bytes(text) > bytesMax) fields.fault(Failure.tooLong("content", bytesMax));
        return new ClientResult(call, text, failed);
    }
}
