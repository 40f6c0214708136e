package io.reprise.gateway.access.oidc;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A sign-in in progress, stored in the browser that started it.
 *
 * @param state returned by the provider with the code
 * @param nonce returned by the provider in the ID token
 * @param verifier code verifier of PKCE, sent to the provider with the code
 * @param returnTo the place on the page that the person requested
 * @param endsAtMs time at which the attempt expires
 */
record Attempt(String state, String nonce, String verifier, String returnTo, long endsAtMs) {
    static final String HOME = "/";

    private static final int SECRET_BYTES = 32;
    private static final int RETURN_CHARS_MAX = 1_024;

    /** Matches the page itself, with query and fragment; no other path and no other host. */
    private static final Pattern RETURN =
            Pattern.compile("/(\\?[\\x21\\x22\\x24-\\x7E&&[^\\\\]]*)?(#[\\x21-\\x7E&&[^\\\\]]*)?");

    static Attempt begin(String returnTo, long endsAtMs) {
        return new Attempt(random(), random(), random(), returnTo, endsAtMs);
    }

    private static String random() {
        return base64(Sealer.random(SECRET_BYTES));
    }

    /** The requested place on the page; the start of the page if the request is invalid. */
    static String place(String wanted) {
        boolean fine = wanted != null
                && wanted.length() <= RETURN_CHARS_MAX
                && RETURN.matcher(wanted).matches();
        return fine ? wanted : HOME;
    }

    /** RFC 7636: S256. */
    String challenge() {
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    JsonObject json() {
        return new JsonObject()
                .put("state", state)
                .put("nonce", nonce)
                .put("verifier", verifier)
                .put("returnTo", returnTo)
                .put("endsAtMs", endsAtMs);
    }

    static Attempt of(JsonObject json) {
        return new Attempt(
                json.getString("state"),
                json.getString("nonce"),
                json.getString("verifier"),
                json.getString("returnTo"),
                json.getLong("endsAtMs"));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
