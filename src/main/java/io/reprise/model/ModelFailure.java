package io.reprise.model;

import java.util.OptionalLong;

/** A model gave no complete answer. The message is safe to display; the cause is for the log. */
public final class ModelFailure extends RuntimeException {
    private static final String SHORTER =
            " Start a new chat, fork this one from an earlier message, or send a shorter message.";

    private final String code;
    private final transient OptionalLong afterMs;

    /** @param code an error code of the protocol */
    public ModelFailure(String code, String safeMessage, Throwable cause) {
        this(code, safeMessage, OptionalLong.empty(), cause);
    }

    private ModelFailure(String code, String safeMessage, OptionalLong afterMs, Throwable cause) {
        super(safeMessage, cause);
        this.code = code;
        this.afterMs = afterMs;
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
        return new ModelFailure("timeout", safeMessage);
    }

    /**
     * The failure for an HTTP status of a provider. A 401 concerns the server's key and not the user's token, so its
     * code is not {@code unauthorized}.
     */
    public static ModelFailure ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> modelError("The model provider did not accept the API key.");
            case 408, 504 -> timeout("The model provider did not answer in time.");
            case 429 ->
                new ModelFailure(
                        "too_many_requests", "The rate limit of the model provider was reached; try again shortly.");
            case 503, 529 -> new ModelFailure("unavailable", "The model provider is overloaded; try again shortly.");
            case 404 -> modelError("The model provider does not know this model.");
            case 413 -> tooLarge("The conversation is too long for the model.");
            case 400, 422 -> modelError("The model provider refused the request.");
            default -> modelError("The model provider failed.");
        };
    }

    /** This failure with its cause and the time after which the provider allows a retry. */
    public ModelFailure with(OptionalLong retryAfterMs, Throwable cause) {
        String message = getMessage();
        if (code.equals("too_many_requests") && retryAfterMs.isPresent()) {
            message = "The rate limit of the model provider was reached; try again in "
                    + Math.max(1, Math.ceilDiv(retryAfterMs.getAsLong(), 1000L)) + " s.";
        }
        return new ModelFailure(code, message, retryAfterMs, cause);
    }

    /** The time after which the provider allows a retry, in milliseconds; empty if the provider did not say. */
    public OptionalLong afterMs() {
        return afterMs;
    }

    public String code() {
        return code;
    }
}
