package io.reprise.gateway.http;

import io.reprise.message.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Refuses a request whose path or query is not correctly percent-encoded, before any route sees it. Routes and
 * libraries decode both in many places and throw there, which would cause a 500 or a response without a problem body.
 */
public final class RequestAddress implements Handler<HttpServerRequest> {
    private static final Failure BAD_PATH = Failure.badRequest("The path is not correctly percent-encoded.");
    private static final Failure BAD_QUERY = Failure.badRequest("The query is not correctly percent-encoded.");

    private final Handler<HttpServerRequest> routes;

    public RequestAddress(Handler<HttpServerRequest> routes) {
        this.routes = routes;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!isReadable(request.path())) Problem.refuse(request, BAD_PATH);
        else if (!isReadable(request.query())) Problem.refuse(request, BAD_QUERY);
        else routes.handle(request);
    }

    /** Whether the text is correctly percent-encoded UTF-8; null is. */
    static boolean isReadable(String encoded) {
        if (encoded == null) return true;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            int octet = encoded.charAt(i);
            if (octet <= ' ' || octet >= 0x7f) return false;
            if (octet == '%') {
                octet = octet(encoded, i + 1);
                i += 2;
            }
            if (octet < 0) return false;
            bytes.write(octet);
        }
        return isUtf8(bytes.toByteArray());
    }

    /** The value of two hexadecimal digits, or -1. */
    private static int octet(String text, int begin) {
        if (begin + 2 > text.length()) return -1;
        int high = Character.digit(text.charAt(begin), 16);
        int low = Character.digit(text.charAt(begin + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
