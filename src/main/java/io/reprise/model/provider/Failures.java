package io.reprise.model.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelFailure.Reason;
import io.reprise.model.http.ProviderAddresses.RefusedException;
import io.reprise.model.http.ProviderError;
import io.reprise.model.http.TooLongException;
import io.reprise.support.StopSignal.StoppedException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Converts errors of providers into texts for people and causes for the log. */
final class Failures {
    private static final int CAUSES_MAX = 16;

    private Failures() {}

    /**
     * A cause for the log without texts of the conversation and without keys; {@link #detail} may contain such texts.
     */
    static final class Trouble extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String detail;

        Trouble(String message, String detail) {
            super(message, null, false, false);
            this.detail = detail;
        }

        String detail() {
            return detail;
        }
    }

    /** @param begun whether a part of the answer has arrived */
    static RuntimeException of(Throwable error, boolean begun) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++, cause = cause.getCause()) {
            RuntimeException known = known(cause, begun);
            if (known != null) return known;
            if (cause instanceof HttpClosedException || cause instanceof IOException && cause.getCause() == null) {
                return brokenOff(begun, trouble(cause, true));
            }
        }
        return ModelFailure.modelError("The model provider failed.", trouble(error, false));
    }

    static ModelFailure brokenOff(boolean begun) {
        return brokenOff(begun, new Trouble("the response ended early", ""));
    }

    /** Null if the error is unknown; its cause may be known. */
    private static RuntimeException known(Throwable cause, boolean begun) {
        return switch (cause) {
            case StoppedException stopped -> stopped;
            case ModelFailure failure -> failure;
            case ProviderError refused -> refused(refused);
            case TooLongException tooLong ->
                ModelFailure.modelError(
                        "The model's answer is longer than this server accepts.", trouble(tooLong, true));
            case RefusedException refused ->
                ModelFailure.modelError(
                        "The address of the model provider is not allowed; an operator can allow it with outgoing.allow.",
                        trouble(refused, true));
            case UnknownHostException unknown -> unreachable(unknown).because(Reason.HOST);
            case ConnectException refused -> unreachable(refused).because(Reason.CONNECTION);
            case TimeoutException late -> unreachable(late).because(Reason.CONNECTION);
            case ConnectionPoolTooBusyException busy -> unreachable(busy).because(Reason.OVERLOADED);
            case SSLException insecure ->
                ModelFailure.modelError(
                                "The TLS certificate of the model provider was not accepted.", trouble(insecure, true))
                        .because(Reason.TLS);
            case JsonProcessingException malformed ->
                ModelFailure.modelError("The model provider sent an invalid response.", trouble(malformed, false));
            default -> null;
        };
    }

    private static ModelFailure refused(ProviderError error) {
        return byKind(error).with(error.afterMs(), error.detail(), new Trouble(error.getMessage(), error.detail()));
    }

    private static ModelFailure byKind(ProviderError error) {
        if (error.isBeyondContext()) return ModelFailure.ofStatus(413);
        String kind = error.kind().toLowerCase(Locale.ROOT);
        // Google reports a wrong key as 400, OpenAI used up credit as 429, Azure a filtered prompt as 400.
        if (kind.contains("api_key_invalid")) return ModelFailure.ofStatus(401);
        if (kind.contains("insufficient_quota") || error.isWithoutCredit()) return ModelFailure.ofStatus(402);
        if (error.isModelUnknown()) return ModelFailure.ofStatus(404);
        if (kind.contains("content_filter")) return withheld();
        if (error.status() != 0) return ModelFailure.ofStatus(error.status());
        if (kind.contains("overloaded") || kind.contains("unavailable")) return ModelFailure.ofStatus(503);
        if (kind.contains("rate_limit") || kind.contains("quota")) return ModelFailure.ofStatus(429);
        if (kind.contains("timeout")) return ModelFailure.ofStatus(504);
        if (kind.contains("authentication") || kind.contains("permission")) return ModelFailure.ofStatus(401);
        if (kind.contains("invalid_request")) return ModelFailure.ofStatus(400);
        return ModelFailure.ofStatus(500);
    }

    /** The provider's filter stopped the request or the answer. */
    static ModelFailure withheld() {
        return ModelFailure.modelError("The model provider withheld the answer (content filter).");
    }

    private static ModelFailure unreachable(Throwable cause) {
        return ModelFailure.unavailable(
                "The model provider cannot be reached; try again shortly.", trouble(cause, true));
    }

    private static ModelFailure brokenOff(boolean begun, Trouble cause) {
        return begun
                ? ModelFailure.modelError("The model's answer was incomplete.", cause)
                : ModelFailure.modelError("The model provider closed the connection without an answer.", cause);
    }

    /** @param telling whether the message concerns connections and not the data that was sent */
    private static Trouble trouble(Throwable cause, boolean telling) {
        String name = cause.getClass().getSimpleName();
        return new Trouble(telling ? name + ": " + cause.getMessage() : name, String.valueOf(cause.getMessage()));
    }
}
