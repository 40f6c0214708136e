package io.reprise.gateway.socket;

import io.reprise.message.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Validates the request to open a WebSocket (RFC 6455, section 4.2). Vert.x would answer an invalid one with plain
 * text.
 */
public final class Handshake {
    public static final String VERSION = "13";

    /** 16 bytes in base64. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private static final Fault NO_UPGRADE = fault(400, "This address accepts WebSocket connections only.");
    private static final Fault OTHER_VERSION = fault(426, "The WebSocket version must be 13.");
    private static final Fault NO_KEY = fault(400, "`Sec-WebSocket-Key` must be 16 bytes in base64.");
    private static final Fault BODY = fault(400, "A WebSocket handshake must not have a body.");
    private static final Fault ADDRESS = fault(400, "The address is not correctly percent-encoded.");

    private Handshake() {}

    public record Fault(int status, Failure failure) {}

    private static Fault fault(int status, String text) {
        return new Fault(status, Failure.badRequest(text));
    }

    /** Null if the request is valid. */
    public static Fault fault(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1) return NO_UPGRADE;
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) return NO_UPGRADE;
        if (!names(request.getHeader(HttpHeaders.CONNECTION), "upgrade")) return NO_UPGRADE;
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) return OTHER_VERSION;
        String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || !KEY.matcher(key.strip()).matches()) return NO_KEY;
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && !length.equals("0") || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return BODY;
        }
        return isAddress(request.uri()) ? null : ADDRESS;
    }

    private static boolean names(String header, String option) {
        return header != null
                && Arrays.stream(header.split(",")).anyMatch(named -> option.equalsIgnoreCase(named.strip()));
    }

    private static boolean isAddress(String text) {
        try {
            return new URI(text).getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
