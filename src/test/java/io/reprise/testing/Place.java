package io.reprise.testing;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Where the server of a test runs.
 *
 * @param command a prefix of its command
 * @param host where it listens
 */
public record Place(List<String> command, String host) {
    /** Among the tests, in the development mode. */
    public static final Place HERE = new Place(List.of(), "127.0.0.1");

    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    /** The development mode is for loopback addresses only. */
    boolean isSigned() {
        return !host.equals(HERE.host);
    }

    Map<String, String> settings() {
        if (!isSigned()) return Map.of();
        return Map.of("server.host", host, "auth.mode", "jwt", "auth.secret", SecretKeyFile.reference());
    }

    static String token(String user, String role) {
        JWK key = new OctetSequenceKey.Builder(SecretKeyFile.KEY.getBytes(StandardCharsets.UTF_8)).build();
        JsonObject claims = new JsonObject()
                .put("iss", "reprise")
                .put("sub", user)
                .put("roles", List.of(role))
                .put("exp", Instant.now().plus(TOKEN_LIFE).getEpochSecond());
        return Signed.by(key, "HS256", claims);
    }
}
