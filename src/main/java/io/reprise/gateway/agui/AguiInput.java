package io.reprise.gateway.agui;

import io.reprise.gateway.agui.AguiContent.Said;
import io.reprise.gateway.frame.ClientToolReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.message.ClientTool;
import io.reprise.message.Command.ClientResult;
import io.reprise.message.Failure;
import io.reprise.message.content.Part;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AG-UI's {@code RunAgentInput}, as far as it counts. Its messages are the whole history of the client; what comes behind
 * the last message of the agent can be new.
 *
 * @param thread the client's name of the conversation
 * @param run the client's name of the run
 * @param older whether the client is older than AG-UI 1.0, and knows less of how a run can end
 * @param said user messages behind the last message of the agent, by their ids
 * @param results of tool messages there, by the ids of the messages
 * @param known texts of all user messages, by their ids
 * @param tools that the client executes; null for none
 * @param context what the agent's model is told beside the messages
 */
record AguiInput(
        String thread,
        String run,
        boolean older,
        Map<String, Said> said,
        Map<String, ClientResult> results,
        Map<String, String> known,
        List<ClientTool> tools,
        List<Resume> resume,
        List<Part.Context> context) {
    /** Ids of runs and messages become parts of the ids of commands. */
    private static final int ID_CHARS_MAX = 60;

    private static final int MESSAGES_MAX = 10_000;
    private static final int RESUMES_MAX = 256;

    /**
     * An answer to an interrupt.
     *
     * @param payload null if there is none
     */
    record Resume(String interrupt, boolean cancelled, JsonObject payload) {}

    /**
     * Reads the body; errors are reported by {@code fields}, and then null is returned.
     *
     * @param told members of the input that the agent's model is told
     * @param textBytesMax of a message, and of a message with what is told beside it
     */
    static AguiInput read(
            JsonObject body, Fields fields, ClientToolReader toolReader, List<String> told, int textBytesMax) {
        String thread = fields.id("threadId");
        String run = fields.optionalText("runId", ID_CHARS_MAX);
        if (run == null || run.indexOf(':') >= 0) {
            fields.wrong("runId", "must be a string of 1 to " + ID_CHARS_MAX + " characters without a colon");
        }
        List<JsonObject> messages = fields.optionalObjects("messages", MESSAGES_MAX);
        int begin = 0;
        for (int i = 0; i < messages.size(); i++) if (isOfAgent(messages.get(i))) begin = i + 1;
        Map<String, String> known = new LinkedHashMap<>();
        Map<String, Said> said = new LinkedHashMap<>();
        Map<String, ClientResult> results = new LinkedHashMap<>();
        for (int i = 0; i < messages.size() && fields.fault() == null; i++) {
            JsonObject message = messages.get(i);
            String role = text(message, "role");
            if ("user".equals(role)) {
                String id = text(message, "id");
                if (id == null || !Fields.isId(id) || id.length() > ID_CHARS_MAX) {
                    fields.wrong("messages", "must have ids of 1 to " + ID_CHARS_MAX + " characters");
                    continue;
                }
                Said content = AguiContent.said(fields, message);
                if (content == null) continue;
                known.put(id, content.text());
                if (i < begin) continue;
                if (Texts.utf8Bytes(content.text()) > textBytesMax)
                    fields.fault(Failure.tooLong("content", textBytesMax));
                said.put(id, content);
            } else if ("tool".equals(role) && i >= begin) {
                results.put(String.valueOf(text(message, "id")), result(fields, toolReader, message));
            }
        }
        List<ClientTool> tools = toolReader.tools(fields);
        List<Resume> resume = resume(fields, body);
        List<Part.Context> context = AguiContent.context(fields, body, told);
        if (context.stream().mapToLong(Part::bytes).sum() > textBytesMax)
            fields.fault(Failure.tooLong("context", textBytesMax));
        // Since 1.0 clients say which version they speak.
        boolean older = text(body, "protocolVersion") == null;
        return fields.fault() == null
                ? new AguiInput(thread, run, older, said, results, known, tools, resume, context)
                : null;
    }

    private static boolean isOfAgent(JsonObject message) {
        String role = text(message, "role");
        return "assistant".equals(role) || "reasoning".equals(role) || "activity".equals(role);
    }

    private static ClientResult result(Fields fields, ClientToolReader reader, JsonObject message) {
        String call = text(message, "toolCallId");
        String content = AguiContent.text(fields, message);
        String error = text(message, "error");
        if (call == null || call.isEmpty()) fields.wrong("toolCallId", "of a tool message must be the id of a call");
        if (content == null || call == null) return null;
        return reader.of(fields, call, content, error);
    }

    private static List<Resume> resume(Fields fields, JsonObject body) {
        List<Resume> all = new ArrayList<>();
        for (JsonObject json : fields.optionalObjects("resume", RESUMES_MAX)) {
            String interrupt = text(json, "interruptId");
            String status = text(json, "status");
            Object payload = json.getValue("payload");
            boolean fits = interrupt != null
                    && Fields.isId(interrupt)
                    && ("resolved".equals(status) || "cancelled".equals(status))
                    && (payload == null || payload instanceof JsonObject);
            boolean twice = all.stream().anyMatch(one -> one.interrupt().equals(interrupt));
            if (!fits || twice) {
                fields.wrong(
                        "resume", "must name each interrupt once, as resolved or cancelled, with an object as payload");
                return List.of();
            }
            all.add(new Resume(interrupt, status.equals("cancelled"), (JsonObject) payload));
        }
        return all;
    }

    private static String text(JsonObject json, String key) {
        return json.getValue(key) instanceof String text ? text : null;
    }
}
