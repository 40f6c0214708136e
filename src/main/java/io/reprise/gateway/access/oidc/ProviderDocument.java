package io.reprise.gateway.access.oidc;

import io.reprise.config.access.OidcSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/**
 * The used part of a provider's discovery document.
 *
 * @param endSession address for signing out of the provider, or null
 * @param secretInHeader how the client's secret is sent: by HTTP Basic, or in the form
 */
record ProviderDocument(URI authorization, URI token, URI keys, URI endSession, boolean secretInHeader) {
    /** @throws IllegalArgumentException naming the error in the document */
    static ProviderDocument of(JsonObject json, String issuer) {
        if (!issuer.equals(json.getValue("issuer"))) {
            throw new IllegalArgumentException(
                    "its discovery document is of another issuer: " + json.getValue("issuer"));
        }
        JsonArray methods = json.getValue("token_endpoint_auth_methods_supported") instanceof JsonArray given
                ? given
                : JsonArray.of("client_secret_basic");
        return new ProviderDocument(
                address(json, "authorization_endpoint"),
                address(json, "token_endpoint"),
                address(json, "jwks_uri"),
                json.getValue("end_session_endpoint") == null ? null : address(json, "end_session_endpoint"),
                methods.contains("client_secret_basic") || !methods.contains("client_secret_post"));
    }

    private static URI address(JsonObject json, String name) {
        if (json.getValue(name) instanceof String text && OidcSettings.isSafe(text)) return URI.create(text);
        throw new IllegalArgumentException("its discovery document has no usable " + name);
    }
}
