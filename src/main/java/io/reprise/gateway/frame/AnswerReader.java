package io.reprise.gateway.frame;

import io.reprise.message.Command;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Json;
import io.reprise.support.Current;
import io.reprise.support.ObjectText;
import io.reprise.support.Texts;
import java.util.Map;

/** Reads the decision about an interrupt. Fields that do not belong to the decision are refused, not ignored. */
final class AnswerReader {
    private static final Map<String, Decision> DECISIONS = Map.of(
            "approve", Decision.APPROVE,
            "edit", Decision.EDIT,
            "reject", Decision.REJECT,
            "respond", Decision.RESPOND,
            "accept", Decision.ACCEPT,
            "decline", Decision.DECLINE,
            "cancel", Decision.CANCEL);

    private final Current<Integer> bytesMax;

    /** @param bytesMax limit of a text, and of arguments as JSON */
    AnswerReader(Current<Integer> bytesMax) {
        this.bytesMax = bytesMax;
    }

    Command read(Fields fields) {
        String interrupt = fields.id("interrupt");
        Decision decision = fields.choice("decision", null, DECISIONS);
        if (decision == null)
            fields.wrong(
                    "decision", "must be one of [approve, edit, reject, respond], or one of [accept, decline, cancel]");
        if (fields.fault() != null) return null;
        String arguments = arguments(fields, decision);
        String content = content(fields, decision);
        return new Command.Answer(interrupt, decision, content == null ? arguments : content, text(fields, decision));
    }

    private String arguments(Fields fields, Decision decision) {
        if (decision != Decision.EDIT) {
            if (fields.has("arguments")) fields.wrong("arguments", "is only allowed with the decision edit");
            return null;
        }
        if (!fields.has("arguments")) fields.wrong("arguments", "must be an object for the decision edit");
        return object(fields, "arguments");
    }

    /** What was filled in. */
    private String content(Fields fields, Decision decision) {
        if (decision == Decision.ACCEPT) return object(fields, "content");
        if (fields.has("content")) fields.wrong("content", "is only allowed with the decision accept");
        return null;
    }

    private String object(Fields fields, String key) {
        Map<String, Object> object = fields.optionalObject(key, Integer.MAX_VALUE);
        if (object == null) return null;
        String json = Json.text(object);
        if (ObjectText.of(json) instanceof ObjectText.Faulty faulty) {
            fields.wrong(key, "must be a valid JSON object: " + faulty.why());
        }
        return notTooLarge(fields, key, json);
    }

    private String text(Fields fields, Decision decision) {
        boolean has = fields.has("text");
        boolean may = decision == Decision.REJECT || decision == Decision.RESPOND;
        if (has && !may) fields.wrong("text", "is only allowed with the decisions reject and respond");
        if (!has && decision == Decision.RESPOND) fields.wrong("text", "must be a string for the decision respond");
        String text = fields.anyText("text");
        if (text != null && text.isEmpty()) fields.wrong("text", "must be a non-empty string");
        return text == null ? null : notTooLarge(fields, "text", text);
    }

    private String notTooLarge(Fields fields, String key, String text) {
        int most = bytesMax.get();
        if (Texts.utf8Bytes(text) > most) {
            fields.fault(Failure.tooLong(key, most));
        }
        return text;
    }
}
