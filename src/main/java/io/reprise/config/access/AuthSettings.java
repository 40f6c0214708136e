package io.reprise.config.access;

import io.reprise.config.ServerSettings;
import io.reprise.config.key.PublicKeys;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of authentication.
 *
 * @param secret key of HS256, HS384 and HS512; optional in the mode {@code dev}
 * @param anonymous whether people need no sign-in
 * @param anonymousDays for how long a browser without a sign-in keeps its name after its last visit, at least half of it
 * @param blockedUsers users who are refused, whatever their tokens contain
 */
public record AuthSettings(
        Mode mode,
        Optional<SecretReference> secret,
        int tokenMinutes,
        boolean anonymous,
        int anonymousDays,
        JwtSettings jwt,
        OidcSettings oidc,
        CookieSecure cookieSecure,
        List<String> blockedUsers) {
    public static final String NAME = "auth";

    /** The key of HS256 must not be shorter than its hash (RFC 7518, section 3.2). */
    private static final int SECRET_BYTES_MIN = 32;

    /** Whether tokens are required, or anyone on this machine may use any name. */
    public enum Mode {
        DEV,
        JWT
    }

    public AuthSettings {
        blockedUsers = List.copyOf(blockedUsers);
    }

    /** Whether browsers may send the cookie over TLS only; {@code AUTO}: if it was created over TLS. */
    public enum CookieSecure {
        AUTO,
        ALWAYS,
        NEVER
    }

    public static AuthSettings read(Section section, ServerSettings server) {
        AuthSettings auth = new AuthSettings(
                section.choice("mode", Mode.DEV, Mode.values()),
                section.secret("secret"),
                section.integer("tokenMinutes", 720, 1, 43_200),
                section.bool("anonymous", false),
                section.integer("anonymousDays", 30, 1, 400),
                JwtSettings.read(section),
                OidcSettings.read(section.section(OidcSettings.NAME)),
                section.choice("cookieSecure", CookieSecure.AUTO, CookieSecure.values()),
                section.fromFile().list("blockedUsers", "a user", text -> !text.isBlank()));
        if (auth.mode == Mode.DEV && !server.isLoopback()) {
            section.problem(
                    "mode",
                    "dev",
                    "must be jwt unless server.host is a loopback address, such as 127.0.0.1; it is " + server.host());
        }
        if (auth.anonymous && auth.mode == Mode.DEV) {
            section.problem("anonymous", "true", "must be false while auth.mode is dev, where a name is enough");
        }
        auth.jwt.check(section, auth);
        auth.oidc.check(section.section(OidcSettings.NAME), auth.mode, server);
        return auth;
    }

    /**
     * Reports what would make the first sign-in fail: no key, or a key that does not exist, is too short or cannot be
     * read.
     */
    public void checkSecrets(Section section, Map<String, String> environment) {
        if (mode == Mode.JWT && secret.isEmpty() && !jwt.hasKeys() && !oidc.isOn()) {
            section.problem(
                    "secret",
                    "",
                    "must be " + SecretReference.EXPECTED
                            + " when auth.mode is jwt, unless auth.jwksUrl, auth.publicKeys or auth.oidc.issuer is given");
        }
        checkSecret(section, environment);
        checkPublicKeys(section, environment);
        oidc.checkSecret(section.section(OidcSettings.NAME), environment);
    }

    private void checkSecret(Section section, Map<String, String> environment) {
        if (secret.isEmpty()) return;
        Optional<String> resolved = secret.get().resolve(environment);
        if (resolved.isEmpty()) {
            section.problem("secret", secret.get().toString(), "names a secret that is missing or empty");
        } else if (resolved.get().getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES_MIN) {
            section.problem(
                    "secret", secret.get().toString(), "names a secret shorter than " + SECRET_BYTES_MIN + " bytes");
        }
    }

    private void checkPublicKeys(Section section, Map<String, String> environment) {
        if (jwt.publicKeys().isEmpty()) return;
        SecretReference reference = jwt.publicKeys().get();
        Optional<String> text = reference.resolve(environment);
        try {
            if (text.isPresent()) PublicKeys.parse(text.get());
            else
                section.problem(
                        "publicKeys", reference.toString(), "names a file or variable that is missing or empty");
        } catch (IllegalArgumentException e) {
            section.problem("publicKeys", reference.toString(), "names a value that " + e.getMessage());
        }
    }
}
