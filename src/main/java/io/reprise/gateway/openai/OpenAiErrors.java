package io.reprise.gateway.openai;

import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.Problem;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/** Errors in the form of OpenAI's API, with the codes of this server. Its clients retry what they are told to. */
final class OpenAiErrors {
    private static final String TYPE = "application/json";
    private static final String NO_MODEL = "model_not_found";

    private OpenAiErrors() {}

    /** Whatever refuses this request does so in this form. */
    static void formOf(RoutingContext context) {
        Problem.form(
                context, TYPE, (status, failure) -> of(status, failure, null).encode());
        context.next();
    }

    static void send(RoutingContext context, Failure failure) {
        send(context, failure, null);
    }

    /** @param param what of the request is wrong, or null */
    static void send(RoutingContext context, Failure failure, String param) {
        if (context.response().headWritten()) return;
        int status = failure.code().httpStatus();
        context.response()
                .putHeader("x-should-retry", Boolean.toString(failure.code().retryable()));
        if (failure.afterMs() > 0) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString((failure.afterMs() + 999) / 1_000));
        }
        Answers.send(context, status, TYPE, of(status, failure, param).encode());
    }

    /** @param refusal why the caller cannot use the agent */
    static void noModel(RoutingContext context, Failure refusal) {
        if (refusal.code() == ErrorCode.NOT_FOUND) {
            Answers.send(
                    context,
                    404,
                    TYPE,
                    error(404, NO_MODEL, refusal.message(), "model").encode());
        } else {
            send(context, refusal, "model");
        }
    }

    /** @param event {@code RUN_ERROR} */
    static Failure ofRun(JsonObject event) {
        ErrorCode its = Arrays.stream(ErrorCode.values())
                .filter(code -> code.wire().equals(event.getString("code")))
                .findFirst()
                .orElse(ErrorCode.INTERNAL);
        return Failure.of(its, event.getString("message"));
    }

    static JsonObject of(Failure failure) {
        return of(failure.code().httpStatus(), failure, null);
    }

    private static JsonObject of(int status, Failure failure, String param) {
        String code = failure.code() == ErrorCode.UNAUTHORIZED
                ? "invalid_api_key"
                : failure.code().wire();
        return error(status, code, failure.message(), param);
    }

    private static JsonObject error(int status, String code, String message, String param) {
        JsonObject error = new JsonObject()
                .put("message", message)
                .put("type", type(status, code))
                .put("param", param)
                .put("code", code);
        return new JsonObject().put("error", error);
    }

    private static String type(int status, String code) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> code.equals(ErrorCode.BUDGET_EXCEEDED.wire()) ? "insufficient_quota" : "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }
}
