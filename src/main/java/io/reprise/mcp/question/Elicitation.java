package io.reprise.mcp.question;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.JsonRpc;
import io.reprise.message.Json;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.inquiry.Inquiry.Mode;
import io.reprise.message.inquiry.InquiryForm;
import io.reprise.support.Texts;
import io.reprise.tool.ToolCall.Answer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A question in the form of the protocol, {@code elicitation/create}, which is the same in both versions. */
public final class Elicitation {
    /** The method that asks a person. */
    public static final String METHOD = "elicitation/create";

    private static final int MESSAGE_BYTES_MAX = 4_096;
    private static final int URL_CHARS_MAX = 2_048;

    private Elicitation() {}

    /** A person cannot be asked this. The message is for the server and for models. */
    public static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidException(String why) {
            super(why);
        }
    }

    /** @param by who asks, as people know it */
    public static Inquiry read(JsonNode params, String by, McpSettings.Questions limits) throws InvalidException {
        if (params.toString().length() > limits.bytes()) throw new InvalidException("The question is too large.");
        String message = Texts.cutToBytes(
                Texts.wellFormed(params.path("message").asText("")).strip(), MESSAGE_BYTES_MAX);
        if (message.isEmpty()) throw new InvalidException("The question has no message.");
        long expiryMs = TimeUnit.MINUTES.toMillis(limits.expiryMinutes());
        return switch (params.path("mode").asText("form")) {
            case "form" -> new Inquiry(by, Mode.FORM, message, form(params.path("requestedSchema")), null, expiryMs);
            case "url" ->
                new Inquiry(by, Mode.URL, message, null, url(params.path("url").asText("")), expiryMs);
            default -> throw new InvalidException("The question has a mode that is not known.");
        };
    }

    private static String form(JsonNode schema) throws InvalidException {
        try {
            InquiryForm.of(schema);
            return schema.toString();
        } catch (IllegalArgumentException e) {
            throw new InvalidException("The question cannot be shown as a form: " + e.getMessage() + ".");
        }
    }

    /** Only what people can judge: an address of the web without a user's name, which could pass for its host. */
    private static String url(String text) throws InvalidException {
        try {
            URI url = new URI(text);
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            boolean fits = text.length() <= URL_CHARS_MAX
                    && List.of("https", "http").contains(scheme)
                    && url.getHost() != null
                    && url.getUserInfo() == null;
            if (fits) return text;
        } catch (URISyntaxException e) {
            // The same as below.
        }
        throw new InvalidException("The address of the question cannot be used.");
    }

    /** What a person did, for the server. */
    public static ObjectNode result(Answer answer, String content) {
        ObjectNode result = JsonRpc.object().put("action", answer.name().toLowerCase(Locale.ROOT));
        if (answer == Answer.ACCEPT && content != null) result.set("content", Json.parse(content, ObjectNode.class));
        return result;
    }
}
