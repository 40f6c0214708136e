package io.reprise.gateway.frame;

/** Close codes of the protocol: below 4500 clients reconnect, from there on (and 1009) they do not. */
public enum CloseCode {
    TOO_LARGE(1009, "frame too large"),
    PROTOCOL(1002, "not the WebSocket protocol"),
    SHUTDOWN(4001, "shutting down"),
    INTERNAL(4004, "internal error"),
    TOKEN_EXPIRED(4005, "token expired"),
    TOO_SLOW(4008, "too slow"),
    SILENT(4012, "no pong"),
    TOO_MANY_REQUESTS(4013, "too many requests"),
    BAD_TOKEN(4500, "bad token"),
    MALFORMED(4501, "malformed frame"),
    NO_HELLO(4502, "no hello"),
    TOO_MANY_CONNECTIONS(4504, "too many connections"),
    BAD_VERSION(4506, "version not supported");

    private final short code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = (short) code;
        this.reason = reason;
    }

    public short code() {
        return code;
    }

    public String reason() {
        return reason;
    }
}
