package io.reprise.model;

/** A model gave no (complete) answer. The message is safe to show; the cause is for the log. */
public final class ModelFailure extends RuntimeException {
    private final String code;

    /** @param code of the protocol's error codes, as they are written there */
    public ModelFailure(String code, String safeMessage, Throwable cause) {
        super(safeMessage, cause);
        this.code = code;
    }

    public ModelFailure(String code, String safeMessage) {
        this(code, safeMessage, null);
    }

    /** A failure without a code of its own. */
    public static ModelFailure modelError(String safeMessage) {
        return new ModelFailure("model_error", safeMessage);
    }

    static ModelFailure timeout(String safeMessage) {
        return new ModelFailure("timeout", safeMessage);
    }

    /**
     * What a provider's HTTP status means to the people in the conversation. Its 401 is about the server's key, never
     * about their token, so it is not {@code unauthorized}.
     */
    public static ModelFailure ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> modelError("The model's provider did not accept this server's key.");
            case 408, 504 -> timeout("The model's provider did not answer in time.");
            case 429 ->
                new ModelFailure(
                        "too_many_requests", "The model's provider gets too many requests; try again shortly.");
            case 503, 529 -> new ModelFailure("unavailable", "The model's provider is overloaded; try again shortly.");
            case 400, 404, 413, 422 -> modelError("The model's provider refused the request.");
            default -> modelError("The model's provider failed.");
        };
    }

    public String code() {
        return code;
    }
}
