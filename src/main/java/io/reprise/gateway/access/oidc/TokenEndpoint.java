package io.reprise.gateway.access.oidc;

import io.reprise.gateway.access.token.IdentityProviderHttp;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Requests tokens from a provider. */
final class TokenEndpoint {
    private final IdentityProviderHttp http;
    private final String client;
    private final String secret;

    /** @param secret null for a public client */
    TokenEndpoint(IdentityProviderHttp http, String client, String secret) {
        this.http = http;
        this.client = client;
        this.secret = secret;
    }

    /** Never fails. */
    Future<TokenAnswer> exchange(ProviderDocument document, String code, String verifier, String redirect) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirect);
        form.put("code_verifier", verifier);
        return ask(document, form);
    }

    /** Never fails. */
    Future<TokenAnswer> refresh(ProviderDocument document, String refreshToken) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return ask(document, form);
    }

    private Future<TokenAnswer> ask(ProviderDocument document, Map<String, String> form) {
        boolean inHeader = secret != null && document.secretInHeader();
        if (!inHeader) form.put("client_id", client);
        if (secret != null && !inHeader) form.put("client_secret", secret);
        return http.post(document.token(), encoded(form), inHeader ? basic() : null)
                .map(TokenAnswer::of)
                .otherwise(cause -> new TokenAnswer.Away(String.valueOf(cause.getMessage())));
    }

    /** RFC 6749, section 2.3.1: both are form-encoded first. */
    private String basic() {
        String both = encoded(client) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
