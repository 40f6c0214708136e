package io.reprise.gateway.agui;

import io.reprise.gateway.frame.Fields;
import io.reprise.message.Failure;
import io.reprise.message.content.Part;
import io.reprise.support.Texts;
import io.reprise.tool.ForeignText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reads what messages of an input contain, and what the input tells beside them. */
final class AguiContent {
    private static final int CONTEXTS_MAX = 64;
    private static final int DESCRIPTION_CHARS_MAX = 200;
    private static final Failure NO_FILES = Failure.badRequest(
            "Content of files must not be in messages: upload it with"
                    + " POST /api/v1/sessions/{session}/attachments, and name the attachment in a `source` of type file.");

    private AguiContent() {}

    /** What a person says. */
    record Said(String text, List<Part.File> files) {}

    /** The content of a user message; null if it is refused. */
    static Said said(Fields fields, JsonObject message) {
        return read(fields, message, true);
    }

    /** The text of a message, which must have no other parts; null if it is refused. */
    static String text(Fields fields, JsonObject message) {
        Said said = read(fields, message, false);
        return said == null ? null : said.text();
    }

    private static Said read(Fields fields, JsonObject message, boolean mayHaveFiles) {
        Object content = message.getValue("content");
        StringBuilder text = new StringBuilder();
        List<Part.File> files = new ArrayList<>();
        boolean fits = true;
        if (content instanceof JsonArray parts) {
            for (Object one : parts) {
                JsonObject part = one instanceof JsonObject object ? object : new JsonObject();
                if ("text".equals(part.getValue("type")) && part.getValue("text") instanceof String its) {
                    text.append(its);
                } else if (mayHaveFiles && part.getValue("source") instanceof JsonObject source) {
                    fits &= file(fields, part, source, files);
                } else {
                    fits = false;
                }
            }
        } else if (content instanceof String whole) {
            text.append(whole);
        } else {
            fits = false;
        }
        if (fits && Texts.isWellFormed(text.toString())) return new Said(text.toString(), files);
        fields.wrong("content", "of a message must be a text, or parts of type text; of a user also uploaded files");
        return null;
    }

    private static boolean file(Fields fields, JsonObject part, JsonObject source, List<Part.File> files) {
        Object type = part.getValue("type");
        boolean isKnown = "image".equals(type) || "document".equals(type);
        if (!isKnown || !(source.getValue("value") instanceof String value)) return false;
        if (!"file".equals(source.getValue("type")) || !Fields.isId(value)) {
            fields.fault(NO_FILES);
            return false;
        }
        files.add(new Part.File("image".equals(type) ? Part.File.IMAGE : Part.File.FILE, value));
        return true;
    }

    /**
     * What the agent's model is told beside the message.
     *
     * @param told which members of the input count: {@code context}, {@code state}, {@code forwardedProps}
     */
    static List<Part.Context> context(Fields fields, JsonObject body, List<String> told) {
        List<Part.Context> all = new ArrayList<>();
        if (told.contains("context")) {
            for (JsonObject one : fields.optionalObjects("context", CONTEXTS_MAX)) {
                boolean fits = one.getValue("description") instanceof String description
                        && description.length() <= DESCRIPTION_CHARS_MAX
                        && one.getValue("value") instanceof String;
                if (fits) all.add(part(one.getString("description"), one.getString("value")));
                else
                    fields.wrong(
                            "context",
                            "must have objects with `description`, a text of at most " + DESCRIPTION_CHARS_MAX
                                    + " characters, and `value`, a text");
            }
        }
        for (String member : List.of("state", "forwardedProps")) {
            Object value = body.getValue(member);
            if (!told.contains(member) || value == null || value.equals(new JsonObject())) continue;
            all.add(part(member, value instanceof String text ? text : encoded(value)));
        }
        return all;
    }

    private static String encoded(Object value) {
        String list = new JsonArray().add(value).encode();
        return list.substring(1, list.length() - 1);
    }

    private static Part.Context part(String description, String value) {
        String its = Texts.wellFormed(description);
        return new Part.Context(its, ForeignText.marked("the program of the user: " + its, Texts.wellFormed(value)));
    }
}
