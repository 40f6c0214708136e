package io.reprise.config;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** How people prove who they are. */
public record AuthSettings(Mode mode, Optional<SecretReference> secret, int tokenMinutes) {
    static final String NAME = "auth";

    /** The key of HS256 must not be shorter than its hash (RFC 7518, section 3.2). */
    private static final int SECRET_BYTES_MIN = 32;

    /** Whether anybody on this machine may take any name, or tokens are signed elsewhere. */
    public enum Mode {
        DEV,
        JWT
    }

    static AuthSettings read(Section section, ServerSettings server) {
        AuthSettings auth = new AuthSettings(
                section.choice("mode", Mode.DEV, Mode.values()),
                section.secret("secret"),
                section.integer("tokenMinutes", 720, 1, 43_200));
        if (auth.mode == Mode.DEV && !server.isLoopback()) {
            section.problem(
                    "mode",
                    "dev",
                    "must be jwt unless server.host is a loopback address, such as 127.0.0.1; it is " + server.host());
        }
        return auth;
    }

    /** Notes what would fail at the first sign-in: no secret, or one that is absent or too short. */
    void checkSecret(Section section, Map<String, String> environment) {
        if (secret.isEmpty()) {
            if (mode == Mode.JWT) {
                section.problem("secret", "", "must be " + SecretReference.EXPECTED + " when auth.mode is jwt");
            }
            return;
        }
        Optional<String> resolved = secret.get().resolve(environment);
        if (resolved.isEmpty()) {
            section.problem("secret", secret.get().toString(), "names a secret that is absent or empty");
        } else if (resolved.get().getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES_MIN) {
            section.problem(
                    "secret", secret.get().toString(), "names a secret shorter than " + SECRET_BYTES_MIN + " bytes");
        }
    }
}
