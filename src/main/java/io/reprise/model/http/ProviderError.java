package io.reprise.model.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An error that a provider reported by a status or within its stream. The message contains only codes; {@link #detail}
 * is the provider's text, which may quote the conversation and is only logged at debug.
 */
public final class ProviderError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    /** Anthropic and others refuse a request without credit as a bad one. */
    private static final Pattern NO_CREDIT =
            Pattern.compile("credit balance is too low|insufficient (?:balance|credits)", Pattern.CASE_INSENSITIVE);

    /** Mistral and the router of Hugging Face refuse an unknown model as a bad request. */
    private static final Pattern NO_MODEL =
            Pattern.compile("invalid_model\\b|model_not_found|model_not_supported", Pattern.CASE_INSENSITIVE);

    private static final Pattern NO_MODEL_SENTENCE = Pattern.compile(
            "^(?:invalid model:|the requested model '[^']{1,200}' is not supported by any provider)",
            Pattern.CASE_INSENSITIVE);

    private static final int STATUS_MIN = 400;
    private static final int STATUS_MAX = 599;

    private final int status;
    private final transient OptionalLong afterMs;
    private final String kind;
    private final String detail;
    private final boolean beyondContext;
    private final boolean withoutCredit;
    private final boolean modelUnknown;

    private ProviderError(int status, OptionalLong afterMs, Optional<JsonNode> body, String detail) {
        this(
                status,
                afterMs(afterMs, body),
                body.map(ProviderError::kind).orElse(""),
                body.map(ProviderError::message).orElse(""),
                detail);
    }

    private ProviderError(int status, OptionalLong afterMs, String kind, String message, String detail) {
        super((status == 0 ? "error in the stream" : "HTTP status " + status) + (kind.isEmpty() ? "" : ", " + kind));
        this.status = status;
        this.afterMs = afterMs;
        this.kind = kind;
        this.detail = detail;
        this.beyondContext = ContextLimit.isExceeded(kind, message);
        this.withoutCredit = NO_CREDIT.matcher(message).find();
        this.modelUnknown = NO_MODEL.matcher(kind).find()
                || NO_MODEL_SENTENCE.matcher(message).find();
    }

    static ProviderError ofResponse(int status, OptionalLong afterMs, String body) {
        return new ProviderError(status, afterMs, parsed(body), body);
    }

    /** The error that the event contains, by its name or its data; empty if it contains none. */
    static Optional<ProviderError> ofEvent(String name, String data) {
        Optional<ProviderError> error = ofEvent(data);
        if (error.isPresent() || !"error".equals(name)) return error;
        Optional<JsonNode> body = parsed(data);
        int status = body.map(ProviderError::status).orElse(0);
        return Optional.of(new ProviderError(status, OptionalLong.empty(), body, data));
    }

    /** The error that the data of an event contains; empty if it contains none. */
    static Optional<ProviderError> ofEvent(String data) {
        if (!data.contains("\"error\"")) return Optional.empty(); // Avoids parsing nearly all events.
        return parsed(data)
                .filter(event -> isPresent(event.path("error"))
                        || "error".equals(event.path("object").asText()))
                .map(event -> new ProviderError(status(event), OptionalLong.empty(), Optional.of(event), data));
    }

    /** The status of the response, or the one in the stream; 0 if there is none. */
    public int status() {
        return status;
    }

    /** Time until a retry, in milliseconds, if the provider names it. */
    public OptionalLong afterMs() {
        return afterMs;
    }

    /** The provider's own name for the error, such as {@code rate_limit_error}; may be empty. */
    public String kind() {
        return kind;
    }

    /** Whether the conversation exceeds the context of the model. */
    public boolean isBeyondContext() {
        return beyondContext;
    }

    /** Whether nothing is left to pay for the request. */
    public boolean isWithoutCredit() {
        return withoutCredit;
    }

    /** Whether the provider does not know the model. */
    public boolean isModelUnknown() {
        return modelUnknown;
    }

    public String detail() {
        return detail;
    }

    private static int status(JsonNode event) {
        int code = error(event).path("code").asInt(0);
        return code >= STATUS_MIN && code <= STATUS_MAX ? code : 0;
    }

    private static String kind(JsonNode body) {
        JsonNode error = error(body);
        String type = word(error.path("type"));
        if (type.isEmpty() && error.path("status").isTextual()) type = word(error.path("status")); // Gemini
        String reason = detail(error, "reason");
        if (!reason.isEmpty()) type = type.isEmpty() ? reason : type + ", " + reason;
        String code = word(error.path("code"));
        if (type.isEmpty() || type.equals(code)) return code;
        return code.isEmpty() ? type : type + ", " + code;
    }

    /** A member of the details that Google's services send; empty if there is none. */
    private static String detail(JsonNode error, String name) {
        for (JsonNode detail : error.path("details")) {
            if (detail.has(name)) return word(detail.path(name));
        }
        return "";
    }

    /** The time that is named in the body, for providers that do not send it in a header. */
    private static OptionalLong afterMs(OptionalLong ofHeaders, Optional<JsonNode> body) {
        if (ofHeaders.isPresent() || body.isEmpty()) return ofHeaders;
        return RetryHint.ofDelay(detail(error(body.get()), "retryDelay"));
    }

    /** Most providers send the error in an object of its own; for some the body is the error. */
    private static JsonNode error(JsonNode body) {
        return body.path("error").isObject() ? body.path("error") : body;
    }

    /** Finds the message under any known name: {@code error} and {@code detail} may be the message itself. */
    private static String message(JsonNode body) {
        JsonNode error = error(body);
        for (String name : List.of("message", "error", "detail")) {
            if (error.path(name).isTextual()) return error.path(name).asText();
        }
        return "";
    }

    private static String word(JsonNode node) {
        String text = node.isValueNode() ? node.asText() : "";
        return WORD.matcher(text).matches() && !node.isNull() ? text : "";
    }

    private static boolean isPresent(JsonNode node) {
        return node.isObject() || node.isTextual() && !node.asText().isEmpty();
    }

    private static Optional<JsonNode> parsed(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
