package io.reprise.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An error over HTTP: the object of PROTOCOL section 6 as {@code application/problem+json}. */
record Problem(
        String type,
        String title,
        int status,
        ErrorCode code,
        String detail,
        String message,
        boolean retryable,
        @JsonInclude(JsonInclude.Include.NON_NULL) Long afterMs) {
    private static final Logger log = LoggerFactory.getLogger(Problem.class);

    private static final String TYPE = "application/problem+json";
    private static final Failure UNREADABLE = Failure.badRequest("The request cannot be read.");

    static final Failure NOTHING_HERE = Failure.of(ErrorCode.NOT_FOUND, "There is nothing at this address.");

    static Problem of(Failure failure) {
        return of(failure.code().httpStatus(), failure);
    }

    private static Problem of(int status, Failure failure) {
        String text = failure.message();
        ErrorCode code = failure.code();
        Long afterMs = failure.afterMs() > 0 ? failure.afterMs() : null;
        return new Problem("about:blank", title(status), status, code, text, text, code.retryable(), afterMs);
    }

    static void send(RoutingContext context, Failure failure) {
        of(failure).send(context);
    }

    /** With a status that says more than the code does. */
    static void send(RoutingContext context, int status, Failure failure) {
        of(status, failure).send(context);
    }

    private void send(RoutingContext context) {
        if (context.response().headWritten()) return;
        if (afterMs != null) context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds(afterMs));
        if (status == 401) context.response().putHeader("WWW-Authenticate", "Bearer");
        Answers.send(context, status, TYPE, Json.text(this));
    }

    /** Whole ones, and none too few. */
    private static String seconds(long ms) {
        return Long.toString((ms + 999) / 1000);
    }

    /** What cannot even be read as a request; its connection can serve no other. */
    static void refuseUnreadable(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem = switch (cause) {
            case TooLongHttpLineException line -> of(414, Failure.of(ErrorCode.TOO_LARGE, "The address is too long."));
            case TooLongHttpHeaderException head ->
                of(431, Failure.of(ErrorCode.TOO_LARGE, "The headers are too long."));
            case null, default -> of(UNREADABLE);
        };
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(Json.text(problem))
                .onComplete(sent -> request.connection().close());
    }

    /** What routes and the router itself refuse, in the same form. */
    static void handleErrorsOf(Router router) {
        answer(router, 400, UNREADABLE);
        answer(router, 404, NOTHING_HERE);
        answer(router, 405, Failure.badRequest("This address knows no such method."));
        answer(router, 413, Failure.of(ErrorCode.TOO_LARGE, "The request is too large."));
        answer(router, 415, Failure.badRequest("A body of this type is not taken."));
        answer(router, 416, Failure.badRequest("There is no such range."));
        Failure internal = Failure.of(ErrorCode.INTERNAL, "Something broke in the server.");
        router.errorHandler(500, context -> {
            log.atError()
                    .setCause(context.failure())
                    .addKeyValue("path", context.normalizedPath())
                    .log("request failed");
            of(internal).send(context);
        });
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
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 416 -> "Range Not Satisfiable";
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
