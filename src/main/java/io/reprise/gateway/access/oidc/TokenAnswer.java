package io.reprise.gateway.access.oidc;

import io.reprise.gateway.access.token.IdentityProviderHttp;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** The answer of a provider's token endpoint. */
sealed interface TokenAnswer {
    /** Longest accepted lifetime if there is no ID token. */
    int EXPIRES_S_MAX = 86_400;

    int EXPIRES_S_USUAL = 300;

    /**
     * @param idToken not verified; may be null
     * @param refreshToken may be null
     * @param expiresInS of the access token
     */
    record Granted(String idToken, String refreshToken, int expiresInS) implements TokenAnswer {}

    /** The code or the refresh token is invalid or has expired. */
    record NotValid() implements TokenAnswer {}

    /** Refused for another reason, or the answer is invalid. */
    record Faulty(String cause) implements TokenAnswer {}

    /** Temporarily unavailable. */
    record Away(String cause) implements TokenAnswer {}

    static TokenAnswer of(IdentityProviderHttp.Answer answer) {
        int status = answer.status();
        if (status >= 500 || status == 429 || status == 408) return new Away("HTTP status " + status);
        try {
            JsonObject json = new JsonObject(answer.body());
            if (status == 200) return granted(json);
            Object error = json.getValue("error");
            return "invalid_grant".equals(error) ? new NotValid() : new Faulty("HTTP status " + status + ", " + error);
        } catch (DecodeException e) {
            return new Faulty("HTTP status " + status + " without JSON");
        }
    }

    private static TokenAnswer granted(JsonObject json) {
        int expires = json.getValue("expires_in") instanceof Number seconds ? seconds.intValue() : EXPIRES_S_USUAL;
        return new Granted(
                json.getValue("id_token") instanceof String text ? text : null,
                json.getValue("refresh_token") instanceof String text && !text.isEmpty() ? text : null,
                Math.clamp(expires, 1, EXPIRES_S_MAX));
    }
}
