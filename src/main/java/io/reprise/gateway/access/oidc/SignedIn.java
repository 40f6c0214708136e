package io.reprise.gateway.access.oidc;

import io.reprise.gateway.access.token.IdTokens;
import io.reprise.gateway.access.token.TokenVerdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The content of a stored sign-in: the identity and the tokens of the provider.
 *
 * @param name display name, or null
 * @param refreshToken null if the sign-in cannot be refreshed
 * @param idToken the last ID token, which the provider needs for signing out; or null
 */
record SignedIn(String user, List<String> roles, String name, long expiresAtMs, String refreshToken, String idToken) {
    SignedIn {
        roles = List.copyOf(roles);
    }

    static SignedIn of(IdTokens.Verdict.Good who, TokenAnswer.Granted granted) {
        return new SignedIn(
                who.user(), who.roles(), who.name(), who.expiresAtMs(), granted.refreshToken(), granted.idToken());
    }

    /** Updated with a newer ID token. */
    SignedIn now(IdTokens.Verdict.Good who, TokenAnswer.Granted granted) {
        String named = who.name() == null ? name : who.name();
        return new SignedIn(user, who.roles(), named, who.expiresAtMs(), refreshToken, granted.idToken());
    }

    /** Updated by a refresh without an ID token: the person is still signed in. */
    SignedIn until(long endMs) {
        return new SignedIn(user, roles, name, endMs, refreshToken, idToken);
    }

    /** Without a new refresh token the old one remains valid. */
    SignedIn with(TokenAnswer.Granted granted) {
        String next = granted.refreshToken() == null ? refreshToken : granted.refreshToken();
        return new SignedIn(user, roles, name, expiresAtMs, next, idToken);
    }

    TokenVerdict verdict(long nowMs) {
        return expiresAtMs > nowMs ? new TokenVerdict.Good(user, roles, expiresAtMs) : new TokenVerdict.Expired();
    }

    byte[] sealed(Handle handle) {
        JsonObject json = new JsonObject()
                .put("user", user)
                .put("roles", new JsonArray(roles))
                .put("name", name)
                .put("expiresAtMs", expiresAtMs)
                .put("refreshToken", refreshToken)
                .put("idToken", idToken);
        return handle.sealer().seal(json.encode().getBytes(StandardCharsets.UTF_8), handle.id());
    }

    /** Empty if the content belongs to another handle. */
    static Optional<SignedIn> open(byte[] sealed, Handle handle) {
        return handle.sealer()
                .open(sealed, handle.id())
                .map(plain -> of(new JsonObject(new String(plain, StandardCharsets.UTF_8))));
    }

    private static SignedIn of(JsonObject json) {
        return new SignedIn(
                json.getString("user"),
                json.getJsonArray("roles").stream().map(String.class::cast).toList(),
                json.getString("name"),
                json.getLong("expiresAtMs"),
                json.getString("refreshToken"),
                json.getString("idToken"));
    }
}
