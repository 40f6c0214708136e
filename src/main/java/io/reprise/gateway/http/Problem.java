package io.reprise.gateway.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP error: the object of section 6 of the protocol as {@code application/problem+json}.
 *
 * @param problems all reasons, where there may be several; otherwise null
 */
public record Problem(
        String type,
        String title,
        int status,
        ErrorCode code,
        String detail,
        String message,
        boolean retryable,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long afterMs,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<Detail> problems) {
    /**
     * One of several reasons.
     *
     * @param path of what is wrong in what was sent
     */
    public record Detail(String path, String message) {}

    private static final Logger log = LoggerFactory.getLogger(Problem.class);

    private static final String TYPE = "application/problem+json";
    private static final Failure UNREADABLE = Failure.badRequest("The request is malformed.");

    private static final Failure CROWDED = Failure.of(ErrorCode.UNAVAILABLE, "Too many connections; try again later.")
            .after(5_000);

    public static final Failure NOTHING_HERE = Failure.of(ErrorCode.NOT_FOUND, "Not found.");

    private static final String FORM = "problem.form";

    /** Another form of problems, for routes whose shapes are those of another protocol. */
    @FunctionalInterface
    public interface Form {
        String text(int status, Failure failure);
    }

    private record Formed(String type, Form form) {}

    /** From now on, problems of this request have this form and content type. */
    public static void form(RoutingContext context, String type, Form form) {
        context.put(FORM, new Formed(type, form));
    }

    static Problem of(Failure failure) {
        return of(failure.code().httpStatus(), failure);
    }

    private static Problem of(int status, Failure failure) {
        String text = failure.message();
        ErrorCode code = failure.code();
        Long afterMs = failure.afterMs() > 0 ? failure.afterMs() : null;
        return new Problem("about:blank", title(status), status, code, text, text, code.retryable(), afterMs, null);
    }

    /** Sends the problem with all reasons, each with what it is about. */
    public static void send(RoutingContext context, Failure failure, List<Detail> problems) {
        Problem one = of(failure);
        new Problem(
                        one.type,
                        one.title,
                        one.status,
                        one.code,
                        one.detail,
                        one.message,
                        one.retryable,
                        one.afterMs,
                        List.copyOf(problems))
                .send(context);
    }

    public static void send(RoutingContext context, Failure failure) {
        of(failure).send(context);
    }

    /** Sends the problem with a status that is more specific than the code. */
    public static void send(RoutingContext context, int status, Failure failure) {
        of(status, failure).send(context);
    }

    /** Sends the problem and closes the connection, because the rest of the request is not read. */
    static void sendLast(RoutingContext context, int status, Failure failure) {
        HttpServerRequest request = context.request();
        if (request.response().headWritten()) return;
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        of(status, failure).send(context);
        LingeringClose.after(request);
    }

    /** Refuses a request before any route has handled it. */
    static void refuse(HttpServerRequest request, Failure failure) {
        SecurityHeaders.putOn(request.response());
        of(failure).send(request.response(), request.method().equals(HttpMethod.HEAD));
    }

    private void send(RoutingContext context) {
        Formed formed = context.get(FORM);
        if (formed == null) {
            send(context.response(), Answers.isHead(context));
        } else {
            Failure failure = new Failure(code, message, afterMs == null ? 0 : afterMs);
            send(
                    context.response(),
                    Answers.isHead(context),
                    formed.type(),
                    formed.form().text(status, failure));
        }
    }

    private void send(HttpServerResponse response, boolean head) {
        send(response, head, TYPE, Json.text(this));
    }

    private void send(HttpServerResponse response, boolean head, String contentType, String text) {
        if (response.headWritten()) return;
        if (afterMs != null) response.putHeader(HttpHeaders.RETRY_AFTER, seconds(afterMs));
        if (status == 401) response.putHeader("WWW-Authenticate", "Bearer");
        Answers.send(response, head, status, contentType, text);
    }

    /** Rounds up to whole seconds. */
    private static String seconds(long ms) {
        return Long.toString((ms + 999) / 1000);
    }

    /** Answers a malformed request; its connection is closed. */
    public static void refuseUnreadable(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem = switch (cause) {
            case TooLongHttpLineException line ->
                of(414, Failure.of(ErrorCode.TOO_LARGE, "The request URL is too long."));
            case TooLongHttpHeaderException head ->
                of(431, Failure.of(ErrorCode.TOO_LARGE, "The request headers are too large."));
            case RequestDecoder.Late late ->
                of(408, Failure.of(ErrorCode.TIMEOUT, "The request was not received in time."));
            case RequestDecoder.Crowded crowded -> of(CROWDED);
            case null, default -> of(UNREADABLE);
        };
        HttpServerResponse response = request.response();
        SecurityHeaders.putOn(response);
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        problem.send(response, false);
        LingeringClose.after(request);
    }

    /** Answers refusals of routes and of the router itself in the same form. */
    public static void handleErrorsOf(Router router) {
        answer(router, 400, UNREADABLE);
        answer(router, 404, NOTHING_HERE);
        answer(router, 405, Failure.badRequest("Method not allowed."));
        answer(router, 413, Failure.requestTooLarge());
        answer(router, 415, Failure.badRequest("Unsupported media type."));
        answer(router, 416, Failure.badRequest("The requested range is not satisfiable."));
        Failure internal = Failure.internal();
        router.errorHandler(500, context -> {
            if (hasClientLeft(context)) return;
            log.atError()
                    .setCause(context.failure())
                    .addKeyValue("path", context.normalizedPath())
                    .addKeyValue("request", RequestId.of(context))
                    .log("request failed");
            of(internal).send(context);
        });
    }

    /** Whether the client disconnected during an answer, which is not an error. The connection then ends by itself. */
    private static boolean hasClientLeft(RoutingContext context) {
        if (context.response().closed()) return true;
        return context.response().headWritten() && context.failure() instanceof IOException;
    }

    private static void answer(Router router, int status, Failure failure) {
        router.errorHandler(status, context -> of(status, failure).send(context));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 416 -> "Range Not Satisfiable";
            case 417 -> "Expectation Failed";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Error";
        };
    }
}
