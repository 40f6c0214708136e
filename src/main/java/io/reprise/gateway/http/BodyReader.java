package io.reprise.gateway.http;

import io.reprise.gateway.limit.Intake;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Locale;

/**
 * Reads request bodies into memory, limited in length and time, and within the limits on partially received data of
 * the node and the client's address. Vert.x's own body handler only limits the length, and parses forms for any
 * method.
 */
public final class BodyReader {
    private static final String BODY = "body";
    private static final int RETRY_MS = 2_000;

    private static final Failure NO_FORMS = Failure.badRequest("Form bodies are not supported.");
    private static final Failure NO_ENCODING =
            Failure.badRequest("Content-Encoding is not supported for request bodies.");
    private static final Failure NO_EXPECTATION = Failure.badRequest("The only supported expectation is 100-continue.");
    private static final Failure UNREADABLE = Failure.badRequest("The request body could not be read.");
    private static final Failure TOO_LARGE = Failure.requestTooLarge();
    private static final Failure TOO_SLOW = Failure.of(ErrorCode.TIMEOUT, "The request body was not received in time.");

    /** So much is being received that there is no memory for more. */
    public static final Failure NO_ROOM = Failure.of(
                    ErrorCode.UNAVAILABLE, "The server is receiving too much data; try again shortly.")
            .after(RETRY_MS);

    private final Intake intake;
    private final Current<Integer> receiveMs;

    public BodyReader(Intake intake, Current<Integer> receiveMs) {
        this.intake = intake;
        this.receiveMs = receiveMs;
    }

    /** Returns, once, the body that {@link #read} has read; empty if there was none. */
    public static Buffer take(RoutingContext context) {
        Buffer body = context.remove(BODY);
        return body == null ? Buffer.buffer() : body;
    }

    /** For operations without a body: a body is ignored, but a form is refused. */
    public void refuseForms(RoutingContext context) {
        if (hasBody(context.request()) && isForm(context.request())) refuse(context, 415, NO_FORMS);
        else context.next();
    }

    /** For methods without a body: discards it. */
    public void ignore(RoutingContext context) {
        context.request().resume();
        context.next();
    }

    /** For operations that read the body while it arrives: false after an answer, because it cannot be read. */
    public boolean isReadable(RoutingContext context) {
        if (!isEncoded(context.request())) return awaits(context);
        refuse(context, 415, NO_ENCODING);
        return false;
    }

    /** Refuses a request of which nothing or not everything was read. No effect if the client has gone. */
    public static void refuseRest(RoutingContext context, Failure failure) {
        int status = failure.code() == ErrorCode.TIMEOUT ? 408 : failure.code().httpStatus();
        if (context.request().isEnded()) Problem.send(context, status, failure);
        else refuse(context, status, failure);
    }

    /** Continues with the next handler when the whole body has arrived; otherwise answers with an error. */
    public void read(RoutingContext context, String address, int bytesMax) {
        HttpServerRequest request = context.request();
        if (!hasBody(request)) {
            request.resume();
            context.next();
        } else if (isEncoded(request)) {
            refuse(context, 415, NO_ENCODING);
        } else if (length(request) > bytesMax) {
            refuse(context, 413, TOO_LARGE);
        } else if (awaits(context)) {
            new Reading(context, intake.held(address), bytesMax).begin();
        }
    }

    /** False if the client's expectation is not supported. */
    private static boolean awaits(RoutingContext context) {
        HttpServerRequest request = context.request();
        String expectation = request.getHeader(HttpHeaders.EXPECT);
        if (expectation == null || request.version() == HttpVersion.HTTP_1_0) return true;
        if (!expectation.equalsIgnoreCase("100-continue")) {
            refuse(context, 417, NO_EXPECTATION);
            return false;
        }
        request.response().writeContinue();
        return true;
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || length(request) > 0;
    }

    /** The announced length; 0 if there is none. */
    private static long length(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : length.matches("[0-9]{1,18}") ? Long.parseLong(length) : Long.MAX_VALUE;
    }

    private static boolean isForm(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) return false;
        String lower = type.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("multipart/") || lower.startsWith("application/x-www-form-urlencoded");
    }

    private static boolean isEncoded(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !encoding.equalsIgnoreCase("identity");
    }

    /** Refuses the request and closes its connection, because the rest of the body is not read. */
    private static void refuse(RoutingContext context, int status, Failure failure) {
        context.request().handler(rest -> {});
        context.request().exceptionHandler(gone -> {});
        context.request().resume();
        Problem.sendLast(context, status, failure);
    }

    private final class Reading {
        private final RoutingContext context;
        private final Intake.Held held;
        private final int bytesMax;
        private Buffer body = Buffer.buffer();
        private long timer;
        private boolean over;

        Reading(RoutingContext context, Intake.Held held, int bytesMax) {
            this.context = context;
            this.held = held;
            this.bytesMax = bytesMax;
        }

        void begin() {
            HttpServerRequest request = context.request();
            timer = vertx().setTimer(receiveMs.get(), late -> fail(408, TOO_SLOW));
            request.handler(this::add)
                    .exceptionHandler(this::broken)
                    .endHandler(whole -> finish())
                    .resume();
        }

        private Vertx vertx() {
            return context.vertx();
        }

        private void add(Buffer piece) {
            if (over) return;
            long length = (long) body.length() + piece.length();
            if (length > bytesMax) fail(413, TOO_LARGE);
            else if (!held.set(length)) fail(NO_ROOM.code().httpStatus(), NO_ROOM);
            else body.appendBuffer(piece);
        }

        /** A client that disconnects is not an error, and cannot be answered. */
        private void broken(Throwable cause) {
            if (cause instanceof IOException || cause instanceof HttpClosedException) end();
            else fail(400, UNREADABLE);
        }

        private void finish() {
            if (over) return;
            context.put(BODY, body);
            end();
            context.next();
        }

        private void fail(int status, Failure failure) {
            if (over) return;
            end();
            Problem.sendLast(context, status, failure);
        }

        private void end() {
            over = true;
            body = null; // The handlers that refer to it exist as long as the connection.
            held.set(0);
            vertx().cancelTimer(timer);
        }
    }
}
