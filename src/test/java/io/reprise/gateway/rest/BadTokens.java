package io.reprise.gateway.rest;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import io.reprise.testing.Signed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Every kind of token that a server must refuse, by what is wrong with it. */
final class BadTokens {
    /** What a server answers to them. */
    static final List<String> CODES = List.of("unauthorized", "token_expired");

    private static final String SECRET = "a secret that is long enough for HS256, surely";
    private static final long HOUR_S = 3_600;
    private static final Map<String, String> BAD = badTokens();

    private BadTokens() {}

    /** Of a server for which they are made. */
    static Map<String, String> settings(Path folder) throws IOException {
        return Map.of("auth.secret", "file:" + Files.writeString(folder.resolve("secret"), SECRET));
    }

    static Stream<String> kinds() {
        return BAD.keySet().stream();
    }

    /** Null for no token. */
    static String of(String kind) {
        return BAD.get(kind);
    }

    /** The token of an administrator. */
    static String good() {
        return Signed.by(key(SECRET), "HS256", claims(Instant.now().getEpochSecond() + HOUR_S));
    }

    private static Map<String, String> badTokens() {
        long now = Instant.now().getEpochSecond();
        JWK key = key(SECRET);
        JsonObject claims = claims(now + HOUR_S);
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("none", null);
        bad.put("no token at all", "nonsense");
        bad.put("expired", Signed.by(key, "HS256", claims(now - HOUR_S)));
        bad.put("not signed", unsigned("none", claims));
        bad.put("not signed, in capitals", unsigned("NONE", claims));
        bad.put("signed with another key", Signed.by(key("another secret that is long enough"), "HS256", claims));
        bad.put(
                "signed with a weak key",
                Signed.anything(key("0".repeat(32)), "HS256", header("HS256"), claims.encode()));
        // Libraries refuse to sign with keys that are shorter than the algorithm requires.
        bad.put("signed with a key of 8 bits", signed("0", claims));
        bad.put("signed with a key of 64 bits", signed("password", claims));
        bad.put("signed with the beginning of the key", signed(SECRET.substring(0, 31), claims));
        bad.put(
                "signed with a public key of 1024 bits",
                Signed.byWeak(Signed.weak(), header("RS256"), claims.encode()));
        bad.put("signed with a public key", Signed.by(Signed.rsa("r"), "RS256", claims));
        bad.put("of another issuer", Signed.by(key, "HS256", claims.copy().put("iss", "somebody")));
        bad.put("not valid yet", Signed.by(key, "HS256", claims.copy().put("nbf", now + HOUR_S)));
        bad.put("with another signature", swapped(Signed.by(key, "HS256", claims)));
        return bad;
    }

    private static JsonObject claims(long expires) {
        return new JsonObject()
                .put("iss", "reprise")
                .put("sub", "ada")
                .put("roles", List.of("admin"))
                .put("exp", expires);
    }

    private static JWK key(String secret) {
        return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static String header(String algorithm) {
        return new JsonObject().put("alg", algorithm).put("typ", "JWT").encode();
    }

    private static String unsigned(String algorithm, JsonObject claims) {
        return Base64URL.encode(header(algorithm)) + "." + Base64URL.encode(claims.encode()) + ".";
    }

    private static String signed(String secret, JsonObject claims) {
        String input = Base64URL.encode(header("HS256")) + "." + Base64URL.encode(claims.encode());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return input + "." + Base64URL.encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String swapped(String token) {
        int end = token.lastIndexOf('.') + 1;
        return token.substring(0, end) + new StringBuilder(token.substring(end)).reverse();
    }
}
