package io.reprise.mcp.signin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The authorization server of an MCP server, as its metadata describe it, RFC 8414.
 *
 * @param authorize where people sign in
 * @param token where codes are exchanged for tokens
 * @param register where clients are registered; empty if it is not offered
 * @param revoke where tokens are revoked; empty if it is not offered
 * @param methods how a client may prove itself; empty if that is not said
 * @param scopes that it knows
 * @param namesItself whether the way back must say who sends it, RFC 9207
 * @param described whether the id of a client may be the address of its description
 */
record AuthServer(
        String issuer,
        String authorize,
        String token,
        String register,
        String revoke,
        List<String> methods,
        String scopes,
        boolean namesItself,
        boolean described) {
    /**
     * @param issuer whose metadata they must be, so that one server cannot pass for another
     * @param tls whether all addresses must have TLS
     */
    static AuthServer of(JsonNode metadata, String issuer, boolean tls) throws SignInFailure {
        if (!metadata.path("issuer").asText("").equals(issuer)) {
            throw SignInFailure.suspect("The metadata of the authorization server name another issuer.");
        }
        if (!list(metadata.path("code_challenge_methods_supported")).contains("S256")) {
            throw SignInFailure.of("The authorization server does not offer PKCE with S256.");
        }
        return new AuthServer(
                issuer,
                address(metadata, "authorization_endpoint", tls, true),
                address(metadata, "token_endpoint", tls, true),
                address(metadata, "registration_endpoint", tls, false),
                address(metadata, "revocation_endpoint", tls, false),
                list(metadata.path("token_endpoint_auth_methods_supported")),
                Scopes.joined(list(metadata.path("scopes_supported"))),
                metadata.path("authorization_response_iss_parameter_supported").asBoolean(),
                metadata.path("client_id_metadata_document_supported").asBoolean());
    }

    /** Whether a client without a secret can be what its description says. */
    boolean readsDescriptions() {
        return described && (methods.isEmpty() || methods.contains(Client.NONE));
    }

    private static String address(JsonNode metadata, String name, boolean tls, boolean needed) throws SignInFailure {
        String text = metadata.path(name).asText("");
        if (text.matches((tls ? "https" : "https?") + "://[^\\s@#]+")) return text;
        if (needed || !text.isEmpty()) {
            throw SignInFailure.of("The metadata of the authorization server have no usable " + name + ".");
        }
        return "";
    }

    static List<String> list(JsonNode array) {
        List<String> found = new ArrayList<>();
        array.forEach(item -> found.add(item.asText("")));
        return found;
    }
}
