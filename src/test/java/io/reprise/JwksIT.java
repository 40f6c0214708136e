package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import io.reprise.testing.IdentityProvider;
import io.reprise.testing.IdentityProvider.Mood;
import io.reprise.testing.Signed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-in with an identity provider that publishes its keys. */
class JwksIT {
    private final IdentityProvider provider = new IdentityProvider();
    private TestServer server;

    @AfterEach
    void stop() {
        if (server != null) server.close();
        provider.close();
    }

    @Test
    void tokens_of_the_provider_are_accepted_with_their_roles() {
        start(Map.of());

        try (TestClient ada = TestClient.connect(server.port(), provider.token("ada", "reprise-admins", "admin"))) {
            JsonObject user = ada.await("welcome", frame -> "welcome".equals(frame.getString("type")))
                    .getJsonObject("user");
            assertThat(user).isEqualTo(new JsonObject("{\"id\":\"ada\",\"roles\":[\"admin\"]}"));
        }
        assertThat(status(provider.token("bob"))).isEqualTo(200);
        assertThat(status(provider.sign(provider.claims("ada").put("aud", "another"))))
                .isEqualTo(401);
        assertThat(status(provider.sign(provider.claims("ada").put("iss", "https://evil.example/"))))
                .isEqualTo(401);
        assertThat(status(Signed.by(Signed.rsa("first"), "RS256", provider.claims("ada"))))
                .as("another key of the same name")
                .isEqualTo(401);
        assertThat(server.call("POST", "/api/v1/dev/token", null, "{\"user\":\"ada\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_rotated_key_is_found_and_the_old_one_is_refused() {
        start(Map.of("auth.jwksRetryMs", "100"));
        String old = provider.token("ada");
        awaitStatus(old, 200);

        provider.rotate(Signed.rsa("second"));

        awaitStatus(provider.token("ada"), 200);
        awaitStatus(old, 401);
    }

    @ParameterizedTest
    @ValueSource(strings = "first")
    @NullSource
    void a_key_that_is_replaced_under_its_name_or_has_none_is_found(String name) {
        // Every token was refused until the keys were fetched again anyway, after `auth.jwksKeepMs`.
        if (name == null) provider.rotate(Signed.rsa(null));
        start(Map.of("auth.jwksRetryMs", "100"));
        String old = provider.token("ada");
        awaitStatus(old, 200);

        provider.rotate(Signed.rsa(name));

        awaitStatus(provider.token("ada"), 200);
        awaitStatus(old, 401);
    }

    @Test
    void an_invalid_key_does_not_affect_the_others() {
        // One key of an unsupported kind, and nobody could sign in: the whole set was refused.
        provider.publishBeside("{\"kty\":\"AKP\",\"alg\":\"ML-DSA-65\",\"kid\":\"first\",\"pub\":\"AAAA\"}");
        start(Map.of());

        assertThat(status(provider.token("ada"))).isEqualTo(200);
    }

    @Test
    void tokens_with_unknown_keys_cause_a_limited_number_of_fetches() {
        start(Map.of("auth.jwksRetryMs", "3600000"));
        awaitStatus(provider.token("ada"), 200);

        for (int i = 0; i < 200; i++) {
            String garbage = Signed.by(Signed.ec(Curve.P_256, "garbage-" + i), "ES256", provider.claims("ada"));
            assertThat(server.call("GET", "/api/v1/sessions", garbage, null).statusCode())
                    .isIn(401, 503);
        }

        assertThat(provider.fetches()).as("one of each gateway").isLessThanOrEqualTo(2);
        assertThat(status(provider.token("ada"))).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    void a_provider_without_keys_does_not_prevent_the_start_and_is_asked_again(Mood mood) {
        provider.mood(mood);
        start(Map.of("auth.jwksRetryMs", "100", "auth.jwksTimeoutMs", "1000"));

        HttpResponse<String> refused = server.call("GET", "/api/v1/sessions", provider.token("ada"), null);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValueAsLong("Retry-After")).hasValue(1);
        assertThat(new JsonObject(refused.body()).getMap())
                .contains(Map.entry("code", "unavailable"), Map.entry("retryable", true))
                .containsKey("afterMs");
        try (TestClient tab = TestClient.open(server.port(), "/ws")) {
            JsonObject answer =
                    tab.ask("hello", new JsonObject().put("version", 1).put("token", provider.token("ada")));
            assertThat(answer.getString("code")).isEqualTo("unavailable");
            assertThat(tab.awaitClose()).as("a code to come back after").isBetween(4000, 4499);
        }

        provider.mood(Mood.WELL);
        awaitStatus(provider.token("ada"), 200);
    }

    @Test
    void unavailable_keys_do_not_count_as_failed_sign_ins() {
        provider.mood(Mood.BROKEN);
        start(Map.of(
                "auth.jwksRetryMs", "100",
                "limits.addressFailuresPerMinute", "2",
                "limits.exempt", ""));

        for (int i = 0; i < 10; i++) assertThat(status(provider.token("ada"))).isEqualTo(503);

        // An outage of the provider locks nobody out.
        provider.mood(Mood.WELL);
        await().untilAsserted(() -> assertThat(status(provider.token("ada"))).isNotEqualTo(503));
        assertThat(status(provider.token("ada"))).isEqualTo(200);
        // Bad tokens, however, count.
        for (int i = 0; i < 2; i++) assertThat(status("a.bad.token")).isEqualTo(401);
        assertThat(status(provider.token("ada"))).isEqualTo(429);
    }

    @Test
    void the_last_keys_remain_valid_while_the_provider_is_unavailable() {
        start(Map.of("auth.jwksKeepMs", "1000", "auth.jwksRetryMs", "100"));
        awaitStatus(provider.token("ada"), 200);
        provider.mood(Mood.BROKEN);
        int before = provider.fetches();

        await().untilAsserted(() -> {
            assertThat(status(provider.token("ada"))).isEqualTo(200);
            assertThat(provider.fetches()).as("it is asked, in vain").isGreaterThan(before + 4);
        });
    }

    @Test
    void a_token_on_a_socket_is_replaced_by_one_of_the_rotated_key() {
        start(Map.of("auth.jwksRetryMs", "100"));
        awaitStatus(provider.token("ada"), 200);
        try (TestClient ada = TestClient.connect(server.port(), provider.token("ada"))) {
            provider.rotate(Signed.rsa("second"));
            await().untilAsserted(() -> {
                JsonObject answer = ada.ask("token", new JsonObject().put("token", provider.token("ada")));
                assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("result");
            });
            assertThat(ada.ask("token", new JsonObject().put("token", provider.token("bob")))
                            .getString("code"))
                    .isEqualTo("forbidden");
            assertThat(ada.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
        }
    }

    private void start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "auth.mode", "jwt",
                "auth.jwksUrl", provider.url(),
                "auth.jwksTimeoutMs", "60000",
                "auth.issuers", IdentityProvider.ISSUER,
                "auth.audiences", String.join(",", List.of("others", IdentityProvider.AUDIENCE)),
                "auth.rolesClaim", "realm_access.roles",
                "auth.rolesMap", "reprise-admins=admin"));
        settings.putAll(more);
        server = TestServer.start(settings);
    }

    private int status(String token) {
        return server.call("GET", "/api/v1/sessions", token, null).statusCode();
    }

    private void awaitStatus(String token, int status) {
        await().untilAsserted(() -> assertThat(status(token)).isEqualTo(status));
    }
}
