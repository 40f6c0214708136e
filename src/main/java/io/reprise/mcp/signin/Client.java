package io.reprise.mcp.signin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * This server as an authorization server knows it.
 *
 * @param secret null for a public client
 * @param method how it proves itself at the token endpoint
 * @param registered whether this server registered itself; then it is used again for the same issuer and way back
 */
record Client(String id, String secret, String method, boolean registered) {
    static final String NONE = "none";
    static final String BASIC = "client_secret_basic";
    static final String POST = "client_secret_post";

    /** The method to ask for, of those that the authorization server offers. */
    static String method(List<String> offered, boolean hasSecret) {
        if (!hasSecret) return NONE;
        if (offered.contains(BASIC) || !offered.contains(POST)) return BASIC;
        return POST;
    }

    /** Adds to the form what proves the client. */
    void addTo(Map<String, String> form) {
        if (method.equals(BASIC)) return;
        form.put("client_id", id);
        if (method.equals(POST)) form.put("client_secret", secret);
    }

    /** RFC 6749, section 2.3.1: both are form-encoded first. */
    @JsonIgnore
    Map<String, String> headers() {
        if (!method.equals(BASIC)) return Map.of();
        String both = AuthHttp.encoded(id) + ":" + AuthHttp.encoded(secret);
        return Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    /** Secrets do not get into logs. */
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
