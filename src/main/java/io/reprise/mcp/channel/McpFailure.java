package io.reprise.mcp.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** A request to an MCP server failed. The message is safe to show to people and models. */
public final class McpFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final int code;
    private final transient JsonNode data;
    private final String challenge;

    /** What failed. */
    public enum Kind {
        /** The request was not sent. */
        UNREACHABLE,
        /** The server, or the guard of outgoing calls, does not allow the request. */
        REFUSED,
        /** The server wants to know who asks, or wants a token that may do more. It did not act on the request. */
        UNAUTHORIZED,
        /** The server does not know the session any more, so it did not act on the request. */
        SESSION_LOST,
        /** The answer was cut off. It is unknown whether the request took effect. */
        CUT,
        /** There was no answer in time. */
        TIMEOUT,
        /** The answer exceeds the size limit. */
        TOO_LARGE,
        /** The answer does not follow the protocol. */
        INVALID,
        /** The server answered with an error. */
        ERROR,
        /** Too many requests are under way. */
        BUSY
    }

    private McpFailure(Kind kind, int code, String message, JsonNode data, Throwable cause) {
        this(kind, code, message, data, cause, "");
    }

    private McpFailure(Kind kind, int code, String message, JsonNode data, Throwable cause, String challenge) {
        super(message, cause);
        this.kind = kind;
        this.code = code;
        this.data = data;
        this.challenge = challenge;
    }

    /** @param challenge the header {@code WWW-Authenticate}; empty if there is none */
    public static McpFailure unauthorized(String safeMessage, String challenge) {
        return new McpFailure(Kind.UNAUTHORIZED, 0, safeMessage, MissingNode.getInstance(), null, challenge);
    }

    public static McpFailure of(Kind kind, String safeMessage) {
        return of(kind, safeMessage, null);
    }

    public static McpFailure of(Kind kind, String safeMessage, Throwable cause) {
        return new McpFailure(kind, 0, safeMessage, MissingNode.getInstance(), cause);
    }

    /**
     * A response with a status that is no success.
     *
     * @param challenge the header {@code WWW-Authenticate}; empty if there is none
     */
    static McpFailure ofStatus(int status, String challenge, JsonNode body) {
        if (status == 401) {
            return unauthorized("The server demands credentials, or does not accept those it was given.", challenge);
        }
        if (status == 403 && challenge.contains("insufficient_scope")) {
            return unauthorized("The server wants more rights for this.", challenge);
        }
        JsonNode error = body.path("error");
        if (error.path("code").isInt()) return ofError(error);
        return switch (status) {
            case 403 -> of(Kind.REFUSED, "The server refuses access.");
            case 429 -> of(Kind.BUSY, "The server has too many requests.");
            default ->
                new McpFailure(
                        Kind.INVALID,
                        status,
                        "The server answered with status " + status + ".",
                        MissingNode.getInstance(),
                        null);
        };
    }

    /** @param error the member of a response with this name */
    static McpFailure ofError(JsonNode error) {
        int code = error.path("code").asInt();
        String message = JsonRpc.oneLine(error.path("message").asText(""));
        return new McpFailure(
                Kind.ERROR,
                code,
                "The server reports an error" + (message.isEmpty() ? " (" + code + ")." : ": " + message),
                error.path("data"),
                null);
    }

    /** What the server demands, as it says it; empty if it is not {@link Kind#UNAUTHORIZED} or says nothing. */
    public String challenge() {
        return challenge;
    }

    public Kind kind() {
        return kind;
    }

    /** The code of an {@link Kind#ERROR}, or the status of a response that is {@link Kind#INVALID}; else 0. */
    public int code() {
        return code;
    }

    /** What the server added to an error; may be missing. */
    public JsonNode data() {
        return data == null ? MissingNode.getInstance() : data;
    }
}
