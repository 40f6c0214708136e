package io.reprise.model;

import java.util.Optional;
import java.util.OptionalLong;

/** A model gave no complete answer. The message is safe to display; the cause is for the log. */
public final class ModelFailure extends RuntimeException {
    private static final String SHORTER =
            " Start a new chat, fork this one from an earlier message, or send a shorter message.";

    private final String code;
    private final Reason reason;
    private final transient OptionalLong afterMs;
    private final transient String said;
    private final transient ModelUsage usage;

    /** What an operator has to look at; {@link ModelCheck} explains each. */
    public enum Reason {
        API_KEY,
        CREDIT,
        RATE,
        /** The model is unknown, or the address is not that of the API. */
        MODEL,
        HOST,
        CONNECTION,
        TLS,
        TIMEOUT,
        OVERLOADED,
        REFUSED,
        OTHER
    }

    /** @param code an error code of the protocol */
    public ModelFailure(String code, String safeMessage, Throwable cause) {
        this(code, safeMessage, Reason.OTHER, OptionalLong.empty(), "", null, cause);
    }

    private ModelFailure(
            String code,
            String safeMessage,
            Reason reason,
            OptionalLong afterMs,
            String said,
            ModelUsage usage,
            Throwable cause) {
        super(safeMessage, cause);
        this.code = code;
        this.reason = reason;
        this.afterMs = afterMs;
        this.said = said;
        this.usage = usage;
    }

    public ModelFailure(String code, String safeMessage) {
        this(code, safeMessage, null);
    }

    /** A failure with the general code {@code model_error}. */
    public static ModelFailure modelError(String safeMessage) {
        return new ModelFailure("model_error", safeMessage);
    }

    /** A failure with the general code {@code model_error}. */
    public static ModelFailure modelError(String safeMessage, Throwable cause) {
        return new ModelFailure("model_error", safeMessage, cause);
    }

    /** The provider cannot be reached at the moment. */
    public static ModelFailure unavailable(String safeMessage, Throwable cause) {
        return new ModelFailure("unavailable", safeMessage, cause);
    }

    /** The conversation is too long for the model. */
    public static ModelFailure tooLarge(String safeMessage) {
        return new ModelFailure("too_large", safeMessage + SHORTER);
    }

    static ModelFailure timeout(String safeMessage) {
        return new ModelFailure("timeout", safeMessage).because(Reason.TIMEOUT);
    }

    /**
     * The failure for an HTTP status of a provider. A 401 concerns the server's key and not the user's token, so its
     * code is not {@code unauthorized}.
     */
    public static ModelFailure ofStatus(int status) {
        return switch (status) {
            case 401, 403 ->
                modelError("The model provider did not accept the API key.").because(Reason.API_KEY);
            case 402 ->
                modelError("The credit at the model provider is used up.").because(Reason.CREDIT);
            case 408, 504 -> timeout("The model provider did not answer in time.");
            case 429 ->
                new ModelFailure(
                                "too_many_requests",
                                "The rate limit of the model provider was reached; try again shortly.")
                        .because(Reason.RATE);
            case 503, 529 ->
                new ModelFailure("unavailable", "The model provider is overloaded; try again shortly.")
                        .because(Reason.OVERLOADED);
            case 404 ->
                modelError("The model provider does not know this model.").because(Reason.MODEL);
            case 413 -> tooLarge("The conversation is too long for the model.");
            case 400, 422 ->
                modelError("The model provider refused the request.").because(Reason.REFUSED);
            default -> modelError("The model provider failed.");
        };
    }

    /** This failure for a reason. */
    public ModelFailure because(Reason other) {
        return new ModelFailure(code, getMessage(), other, afterMs, said, usage, getCause());
    }

    /**
     * This failure with what a response of the provider adds.
     *
     * @param retryAfterMs the time after which the provider allows a retry
     * @param itSaid the provider's own text, which may quote the conversation
     */
    public ModelFailure with(OptionalLong retryAfterMs, String itSaid, Throwable cause) {
        String message = getMessage();
        if (code.equals("too_many_requests") && retryAfterMs.isPresent()) {
            message = "The rate limit of the model provider was reached; try again in "
                    + Math.max(1, Math.ceilDiv(retryAfterMs.getAsLong(), 1000L)) + " s.";
        }
        return new ModelFailure(code, message, reason, retryAfterMs, itSaid, usage, cause);
    }

    /** This failure with more words, which are safe to show; none if they are empty. */
    public ModelFailure and(String more) {
        return more.isEmpty()
                ? this
                : new ModelFailure(code, getMessage() + more, reason, afterMs, said, usage, getCause());
    }

    /** This failure of an answer that came to an end, for which the provider counted this. */
    public ModelFailure counted(ModelUsage told) {
        return new ModelFailure(code, getMessage(), reason, afterMs, said, told, getCause());
    }

    /** What the provider counted; empty if it did not end the answer, so that nothing is known. */
    public Optional<ModelUsage> usage() {
        return Optional.ofNullable(usage);
    }

    public Reason reason() {
        return reason;
    }

    /** The provider's own text, without keys; it may quote the conversation. Empty if there is none. */
    String said() {
        return said;
    }

    /** The time after which the provider allows a retry, in milliseconds; empty if the provider did not say. */
    public OptionalLong afterMs() {
        return afterMs;
    }

    public String code() {
        return code;
    }
}
