package io.reprise.config.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.LoadedSettings;
import io.reprise.config.Settings;
import io.reprise.config.read.SettingsProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of sign-in and of limits that contradict each other or are invalid. */
class AuthSettingsTest {
    private static final String SECRET = "a secret of more than thirty-two bytes";

    private static final Map<String, String> OIDC = Map.of(
            "REPRISE_AUTH_MODE", "jwt",
            "REPRISE_SERVER_PUBLIC_URL", "https://chat.example.org",
            "REPRISE_AUTH_OIDC_ISSUER", "https://id.example.org/realms/acme",
            "REPRISE_AUTH_OIDC_CLIENT_ID", "reprise");

    @TempDir
    private Path folder;

    @Test
    void the_kinds_of_keys_must_not_contradict_each_other() throws IOException {
        String set = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}";
        Path keys = Files.writeString(folder.resolve("keys"), set);
        String url = "https://id.example.org/keys";

        assertThat(problems(Settings.load(Map.of("REPRISE_AUTH_JWKS_URL", url))))
                .singleElement()
                .asString()
                .contains("auth.mode = \"dev\": must be jwt when auth.publicKeys or auth.jwksUrl is given");
        assertThat(problems(Settings.load(Map.of(
                        "REPRISE_AUTH_MODE",
                        "jwt",
                        "REPRISE_AUTH_JWKS_URL",
                        url,
                        "REPRISE_AUTH_PUBLIC_KEYS",
                        "file:" + keys))))
                .anyMatch(problem -> problem.contains("cannot be given together with auth.jwksUrl"))
                .anyMatch(problem -> problem.contains("has no RSA or EC key for signatures"))
                .noneMatch(problem -> problem.contains("c2VjcmV0"));
        assertThat(problems(Settings.load(Map.of(
                        "REPRISE_AUTH_MODE", "jwt",
                        "REPRISE_AUTH_JWKS_URL", url,
                        "REPRISE_AUTH_ALGORITHMS", "ES256,HS256"))))
                .singleElement()
                .asString()
                .contains("auth.algorithms = \"HS256\": has no key");
    }

    @Test
    void sign_in_of_people_needs_what_the_provider_must_know() {
        assertThat(problems(Settings.load(Map.of("REPRISE_AUTH_OIDC_ISSUER", "https://id.example.org"))))
                .anyMatch(problem -> problem.contains("auth.oidc.issuer") && problem.contains("needs auth.mode jwt"))
                .anyMatch(problem -> problem.contains("needs server.publicUrl"))
                .anyMatch(problem -> problem.contains("auth.oidc.clientId"));
        assertThat(problems(Settings.load(OIDC))).as("no other key is needed").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "REPRISE_AUTH_OIDC_ISSUER, http://id.example.org, auth.oidc.issuer",
        "REPRISE_AUTH_OIDC_ISSUER, https://id.example.org?tenant=1, auth.oidc.issuer",
        "REPRISE_AUTH_OIDC_ISSUER, https://me:hunter2@id.example.org, auth.oidc.issuer",
        "REPRISE_AUTH_OIDC_CLIENT_SECRET, hunter2, auth.oidc.clientSecret",
        "REPRISE_AUTH_OIDC_CLIENT_SECRET, env:NOT_THERE, auth.oidc.clientSecret",
        "REPRISE_AUTH_OIDC_SCOPES, profile, auth.oidc.scopes",
        "REPRISE_AUTH_OIDC_PARAMETERS, redirect_uri=https://evil.example, auth.oidc.parameters",
        "REPRISE_AUTH_OIDC_PARAMETERS, prompt, auth.oidc.parameters",
        "REPRISE_SERVER_PUBLIC_URL, https://chat.example.org/path, server.publicUrl"
    })
    void invalid_settings_of_sign_in_of_people_are_refused(String variable, String value, String key) {
        Map<String, String> environment = new HashMap<>(OIDC);
        environment.put(variable, value);

        assertThat(problems(Settings.load(environment)))
                .anyMatch(problem -> problem.contains(key))
                .noneMatch(problem -> problem.contains("hunter2"));
    }

    @ParameterizedTest
    @CsvSource({
        "REPRISE_AUTH_ALGORITHMS, none, auth.algorithms",
        "REPRISE_AUTH_ROLES_MAP, boss=root, auth.rolesMap",
        "REPRISE_AUTH_JWKS_URL, ftp://id.example.org/keys, auth.jwksUrl",
        "REPRISE_AUTH_JWKS_URL, https://me:hunter2@id.example.org/keys, auth.jwksUrl",
        "REPRISE_SERVER_TRUSTED_PROXIES, proxy.example.org, server.trustedProxies",
        "REPRISE_LIMITS_EXEMPT, 10.0.0.0/33, limits.exempt"
    })
    void invalid_settings_of_sign_in_and_limits_are_refused(String variable, String value, String key) {
        assertThat(problems(Settings.load(Map.of(
                        "REPRISE_AUTH_MODE", "jwt", "REPRISE_AUTH_SECRET", "env:KEY", "KEY", SECRET, variable, value))))
                .anyMatch(problem -> problem.contains(key))
                .noneMatch(problem -> problem.contains("hunter2"));
    }

    private static List<String> problems(LoadedSettings loaded) {
        return switch (loaded) {
            case LoadedSettings.Valid valid -> List.of();
            case LoadedSettings.Invalid invalid ->
                invalid.problems().stream().map(SettingsProblem::toString).toList();
        };
    }
}
