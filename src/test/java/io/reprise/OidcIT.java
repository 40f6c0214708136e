package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.OidcProvider;
import io.reprise.testing.Ports;
import io.reprise.testing.PushBrowser;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.Signed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Visitor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-in of people with OpenID Connect. */
class OidcIT {
    private static final OidcProvider PROVIDER = new OidcProvider();

    /** By their settings: most tests need the same server, and a start takes longer than what they do there. */
    private static final Map<Map<String, String>, TestServer> SHARED = new HashMap<>();

    @TempDir
    private static Path folder;

    private final OidcProvider provider = PROVIDER;
    private int port;
    private String url;
    private Visitor ada;

    /** That of this test alone. */
    private TestServer server;

    @BeforeEach
    void reset() {
        provider.reset();
        at(Ports.free());
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
    }

    @AfterAll
    static void stopAll() {
        SHARED.values().forEach(TestServer::close);
        PROVIDER.close();
    }

    // --- the way there and back

    @Test
    void after_signing_in_a_person_returns_to_the_requested_page() {
        share(Map.of());
        assertThat(ada.status()).isEqualTo(401);
        assertThat(new JsonObject(ada.get("/api/v1/sign-in").body()))
                .isEqualTo(new JsonObject()
                        .put("oidc", new JsonObject().put("name", "Acme").put("url", url + "/api/v1/oidc/login")));

        String place = ada.signIn("/#/s/s_1/m/m_2");

        assertThat(place).isEqualTo(url + "/#/s/s_1/m/m_2");
        JsonObject me = new JsonObject(ada.get("/api/v1/me").body());
        assertThat(me.getString("user")).isEqualTo("ada");
        assertThat(me.getString("name")).isEqualTo("ADA");
        Map<String, String> asked = provider.authorizations().getLast();
        assertThat(asked)
                .containsEntry("tenant", "acme")
                .containsEntry("response_type", "code")
                .containsEntry("scope", "openid profile email")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("prompt", "select_account");
        assertThat(asked.get("state")).hasSize(43).isNotEqualTo(asked.get("nonce"));
    }

    @Test
    void tokens_of_the_provider_reach_no_script_and_no_other_site() {
        share(Map.of());

        ada.signIn("/");
        ada.get("/api/v1/me");

        assertThat(provider.secrets())
                .hasSize(3)
                .allSatisfy(secret -> assertThat(ada.seen()).noneMatch(answer -> answer.contains(secret)));
        assertThat(ada.setCookies()).isNotEmpty().allMatch(cookie -> cookie.contains("HTTPOnly"));
        assertThat(ada.setCookies())
                .filteredOn(cookie -> cookie.startsWith("reprise_session=") || cookie.startsWith("reprise_signed_in="))
                .hasSize(2)
                .allMatch(cookie -> cookie.contains("SameSite=Strict"));
    }

    @Test
    void over_tls_every_cookie_is_for_tls_and_for_this_host_alone() {
        start(Map.of("server.publicUrl", "https://chat.example.org"));

        String there = ada.begin("/");

        assertThat(OidcProvider.parsed(there.split("\\?", 2)[1]))
                .containsEntry("redirect_uri", "https://chat.example.org/api/v1/oidc/callback");
        String back = ada.agree(there).replace("https://chat.example.org", url);
        assertThat(Visitor.location(ada.get(back))).isEqualTo("https://chat.example.org/");
        assertThat(ada.setCookies()).allMatch(cookie -> cookie.contains("Secure"));
        assertThat(ada.cookies()).containsKey("__Host-reprise_signed_in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example/",
                "https://evil.example/",
                "/\\evil.example",
                "/@evil.example",
                "/api/v1/oidc/logout",
                ".evil.example",
                "/#/s/\r\nSet-Cookie: x=1",
                "javascript:alert(1)",
                ""
            })
    void the_return_address_cannot_lead_to_another_site(String wanted) {
        share(Map.of());

        assertThat(ada.signIn(wanted)).isEqualTo(url + "/");
    }

    // --- the state

    @Test
    void a_callback_is_only_accepted_in_the_browser_that_started_the_sign_in() {
        share(Map.of());
        Visitor mallory = new Visitor(url);
        String back = mallory.agree(mallory.begin("/"));

        // Symptom to prevent: a user who opens a link of mallory's is signed in as mallory, and writes into mallory's
        // chats.
        assertThat(Visitor.location(ada.get(back))).isEqualTo(url + "/?sign-in-error=expired");
        assertThat(ada.status()).isEqualTo(401);
        assertThat(Visitor.location(mallory.get(back))).isEqualTo(url + "/");
    }

    @Test
    void a_callback_is_accepted_once() {
        share(Map.of());
        String back = ada.agree(ada.begin("/"));
        Map<String, String> before = Map.copyOf(ada.cookies());
        ada.get(back);

        assertThat(Visitor.location(ada.get(back))).endsWith("sign-in-error=expired");
        ada.cookies().clear();
        ada.cookies().putAll(before);
        assertThat(Visitor.location(ada.get(back))).as("the code is spent").endsWith("sign-in-error=expired");
    }

    @ParameterizedTest
    @CsvSource({"state=", "state=x", "code=1", "''"})
    void a_callback_without_its_state_is_refused(String query) {
        share(Map.of());
        ada.begin("/");

        assertThat(Visitor.location(ada.get("/api/v1/oidc/callback?" + query))).endsWith("sign-in-error=expired");
    }

    @Test
    void a_state_sealed_with_another_key_or_for_another_attempt_is_refused() {
        share(Map.of());
        String back = ada.agree(ada.begin("/"));
        String name = ada.cookies().keySet().iterator().next();
        Visitor other = new Visitor(url);
        other.begin("/");

        ada.cookies().put(name, other.cookies().values().iterator().next());

        assertThat(Visitor.location(ada.get(back))).endsWith("sign-in-error=expired");
    }

    @Test
    void the_code_of_the_sign_in_of_somebody_else_is_refused() {
        share(Map.of());
        Visitor mallory = new Visitor(url);
        provider.user("mallory");
        String theirs = mallory.agree(mallory.begin("/")).split("\\?", 2)[1];
        provider.user("ada");
        String own = ada.agree(ada.begin("/"));

        String code = OidcProvider.parsed(theirs).get("code");
        String mixed = own.replaceAll("code=[^&]*", "code=" + code);

        // Symptom to prevent: ada writes into chats of mallory's. The code belongs to another verifier.
        assertThat(Visitor.location(ada.get(mixed))).endsWith("sign-in-error=expired");
        assertThat(provider.secrets()).isEmpty();
        assertThat(ada.status()).isEqualTo(401);
    }

    @Test
    void two_tabs_can_sign_in_at_once() {
        share(Map.of());
        String first = ada.begin("/#/s/one");
        String second = ada.begin("/#/s/two");

        assertThat(Visitor.location(ada.get(ada.agree(second)))).isEqualTo(url + "/#/s/two");
        assertThat(Visitor.location(ada.get(ada.agree(first)))).isEqualTo(url + "/#/s/one");
        assertThat(ada.status()).isEqualTo(200);
    }

    @Test
    void unfinished_sign_ins_do_not_accumulate() {
        start(Map.of("auth.oidc.attemptsMax", "3"));
        String first = ada.begin("/");
        for (int i = 0; i < 10; i++) ada.begin("/");

        assertThat(ada.cookies()).hasSize(3);
        assertThat(Visitor.location(ada.get(ada.agree(first)))).endsWith("sign-in-error=expired");
    }

    @Test
    void an_expired_sign_in_attempt_starts_again() {
        start(Map.of("auth.oidc.attemptMs", "1000"));
        String back = ada.agree(ada.begin("/#/s/one"));
        Map<String, String> kept = Map.copyOf(ada.cookies());

        await().untilAsserted(() -> {
            Visitor slow = new Visitor(url);
            slow.cookies().putAll(kept);
            assertThat(Visitor.location(slow.get(back.replaceAll("code=[^&]*", "code=none"))))
                    .isEqualTo(url + "/?sign-in-error=expired"); // later than the chat is known
        });
    }

    // --- what providers do

    @ParameterizedTest
    @CsvSource({
        "access_denied, denied",
        "temporarily_unavailable, provider_unavailable",
        "invalid_scope, provider_error",
        "<script>, provider_error"
    })
    void a_refusal_of_the_provider_is_reported_with_our_own_code(String error, String code) {
        share(Map.of());
        provider.denies(java.net.URLEncoder.encode(error, StandardCharsets.UTF_8));

        assertThat(ada.signIn("/#/s/one")).isEqualTo(url + "/?sign-in-error=" + code + "#/s/one");
    }

    static Stream<Arguments> badClaims() {
        long nowS = Instant.now().getEpochSecond();
        return Stream.of(
                claims("another issuer", "token_refused", json -> json.put("iss", "https://evil.example")),
                claims("no issuer", "token_refused", json -> {
                    json.remove("iss");
                    return json;
                }),
                claims("another audience", "token_refused", json -> json.put("aud", "others")),
                claims("another nonce", "token_refused", json -> json.put("nonce", "x")),
                claims("no nonce", "token_refused", json -> {
                    json.remove("nonce");
                    return json;
                }),
                claims("another party", "token_refused", json -> json.put("azp", "others")),
                claims(
                        "two audiences, no party",
                        "token_refused",
                        json -> json.put("aud", JsonArray.of("reprise", "x"))),
                claims("no subject", "token_refused", json -> json.put("sub", "")),
                claims("expired", "clock", json -> json.put("iat", nowS - 900).put("exp", nowS - 600)),
                claims(
                        "of the future",
                        "clock",
                        json -> json.put("iat", nowS + 3_600).put("exp", nowS + 7_200)),
                claims("not valid yet", "clock", json -> json.put("nbf", nowS + 3_600)),
                claims("no role", "no_role", json -> json.put("roles", JsonArray.of())),
                claims("blocked", "blocked", json -> json.put("sub", "mallory")));
    }

    private static Arguments claims(String what, String code, UnaryOperator<JsonObject> change) {
        return Arguments.of(what, code, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badClaims")
    void an_id_token_that_is_not_for_this_sign_in_lets_nobody_in(
            String what, String code, UnaryOperator<JsonObject> change) {
        share(Map.of("auth.rolesDefault", "none", "auth.blockedUsers", "mallory"));
        provider.claims(change);

        assertThat(ada.signIn("/")).isEqualTo(url + "/?sign-in-error=" + code);
        assertThat(ada.status()).isEqualTo(401);
        assertThat(ada.cookies()).isEmpty();

        provider.claims(json -> json);
        assertThat(ada.signIn("/")).as("the same, well done").isEqualTo(url + "/");
    }

    static Stream<Arguments> badSignatures() throws JOSEException {
        byte[] published = ((RSAPublicKey) OidcProvider.KEY.toPublicKey()).getEncoded();
        return Stream.of(
                signature("another key of the same name", json -> Signed.by(Signed.rsa("oidc"), "RS256", json)),
                signature("HMAC with the public key", json -> hmac(published, json)),
                signature(
                        "HMAC with the client's secret",
                        json -> hmac((OidcProvider.SECRET.repeat(4)).getBytes(StandardCharsets.UTF_8), json)),
                signature("no signature", json -> base64("{\"alg\":\"none\"}") + "." + base64(json.encode()) + "."),
                signature("no token", json -> "garbage"));
    }

    private static Arguments signature(String what, Function<JsonObject, String> signer) {
        return Arguments.of(what, signer);
    }

    private static String hmac(byte[] key, JsonObject json) {
        return Signed.by(new OctetSequenceKey.Builder(key).keyID("oidc").build(), "HS256", json);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badSignatures")
    void an_id_token_that_the_provider_did_not_sign_lets_nobody_in(String what, Function<JsonObject, String> signer) {
        share(Map.of());
        provider.signs(signer);

        assertThat(ada.signIn("/")).isEqualTo(url + "/?sign-in-error=token_refused");
        assertThat(ada.cookies()).isEmpty();
    }

    @Test
    void a_callback_of_another_issuer_is_refused_before_its_code_is_used() {
        share(Map.of());
        String back = ada.agree(ada.begin("/"));
        String mixed = back.replaceAll("iss=[^&]*", "iss=https%3A%2F%2Fevil.example");

        assertThat(Visitor.location(ada.get(mixed))).endsWith("sign-in-error=token_refused");
        assertThat(provider.secrets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | oops | provider_unavailable",
                "429 | {} | provider_unavailable",
                "400 | {\"error\":\"invalid_client\"} | provider_error",
                "400 | {\"error\":\"invalid_grant\"} | expired",
                "200 | <html> | provider_error",
                "200 | {\"access_token\":\"x\"} | provider_error",
                "302 | {} | provider_error"
            })
    void a_token_endpoint_without_tokens_is_reported_separately(int status, String body, String code) {
        share(Map.of());
        provider.tokens(status, body);

        assertThat(ada.signIn("/")).isEqualTo(url + "/?sign-in-error=" + code);
    }

    @Test
    void a_provider_that_is_down_at_the_start_is_asked_again() {
        provider.down(true);
        start(Map.of("auth.oidc.retryMs", "100"));
        assertThat(ada.begin("/#/s/one")).isEqualTo(url + "/?sign-in-error=provider_unavailable#/s/one");

        provider.down(false);

        await().untilAsserted(() -> assertThat(ada.begin("/")).startsWith(provider.url()));
    }

    @Test
    void an_unavailable_provider_is_not_asked_for_every_sign_in() {
        provider.document(json -> json.put("issuer", "https://evil.example"));
        start(Map.of("auth.oidc.retryMs", "3600000"));

        for (int i = 0; i < 20; i++) assertThat(ada.begin("/")).endsWith("sign-in-error=provider_unavailable");

        assertThat(provider.documents()).as("one of each gateway").isBetween(1, 2);
    }

    @ParameterizedTest
    @CsvSource({"token_endpoint, http://evil.example/token", "jwks_uri, ''", "authorization_endpoint, javascript:1"})
    void addresses_of_the_provider_without_tls_are_not_used(String name, String address) {
        provider.document(json -> json.put(name, address));
        start(Map.of());

        assertThat(ada.begin("/")).endsWith("sign-in-error=provider_unavailable");
    }

    @Test
    void a_client_without_the_header_sends_its_secret_in_the_form() {
        provider.document(
                json -> json.put("token_endpoint_auth_methods_supported", JsonArray.of("client_secret_post")));
        start(Map.of());

        assertThat(ada.signIn("/")).isEqualTo(url + "/");
    }

    @Test
    void an_address_with_too_many_failures_must_wait() {
        start(Map.of("limits.addressFailuresPerMinute", "3", "limits.exempt", ""));
        for (int i = 0; i < 3; i++) ada.get("/api/v1/oidc/callback?state=x");

        assertThat(ada.signIn("/")).endsWith("sign-in-error=too_many_requests");
    }

    @Test
    void failures_of_the_provider_do_not_count_as_failed_sign_ins() {
        start(Map.of("limits.addressFailuresPerMinute", "3", "limits.exempt", ""));
        provider.tokens(500, "{}");
        for (int i = 0; i < 6; i++) assertThat(ada.signIn("/")).endsWith("sign-in-error=provider_unavailable");

        provider.tokens(200, null);

        assertThat(ada.signIn("/")).isEqualTo(url + "/");
    }

    // --- staying signed in

    @Test
    void a_sign_in_lasts_longer_than_the_providers_tokens() {
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");

        await().untilAsserted(() -> {
            assertThat(ada.status()).isEqualTo(200);
            assertThat(provider.refreshes()).isGreaterThanOrEqualTo(2);
        });

        assertThat(provider.reuses()).isZero();
        assertThat(provider.secrets())
                .allSatisfy(secret -> assertThat(ada.seen()).noneMatch(answer -> answer.contains(secret)));
    }

    @Test
    void many_requests_at_once_refresh_once() throws Exception {
        // A refresh token that is used twice ends the sign-in at providers that rotate them.
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 1; round <= 3; round++) {
                Instant end = Instant.parse(new JsonObject(ada.get("/api/v1/me").body()).getString("expiresAt"));
                await().until(() -> Instant.now().isAfter(end));
                ada.cookies().remove("reprise_session");
                List<Callable<Integer>> asks = new ArrayList<>();
                for (int i = 0; i < 24; i++) asks.add(this::statusWithoutSession);
                for (Future<Integer> status : threads.invokeAll(asks))
                    assertThat(status.get()).isIn(200, 503);
                await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(200));
            }
        }

        assertThat(provider.reuses()).isZero();
        assertThat(provider.refreshes()).isGreaterThanOrEqualTo(3);
    }

    /** As browsers do with an expired cookie of the signed-in user. */
    private void expire() {
        ada.cookies().remove("reprise_session");
    }

    private int statusWithoutSession() {
        Visitor tab = new Visitor(url);
        tab.cookies().putAll(ada.cookies());
        return tab.status();
    }

    @Test
    void a_restart_of_the_server_signs_nobody_out() {
        DatabaseUri database = TestDatabase.fresh();
        provider.lifeS(2);
        start(database, Map.of());
        ada.signIn("/");

        for (int i = 1; i <= 2; i++) {
            server.stop();
            start(database, Map.of());
            await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(200));
            expire();
            await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(200));
        }
    }

    @Test
    void a_refreshed_token_that_looks_expired_signs_nobody_out() {
        // Symptom: a clock that was wrong for a moment ended every sign-in that was refreshed then.
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");
        provider.claims(json -> json.put("exp", json.getLong("iat") - 600));
        await().untilAsserted(() -> {
            assertThat(ada.status()).isEqualTo(503);
            assertThat(provider.refreshes()).isGreaterThanOrEqualTo(2);
        });

        provider.claims(json -> json);

        await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(200));
        assertThat(provider.reuses()).as("the newest refresh token is kept").isZero();
    }

    @Test
    void an_unavailable_provider_signs_nobody_out() {
        provider.lifeS(2);
        start(Map.of("auth.oidc.retryMs", "100"));
        ada.signIn("/");
        provider.down(true);

        await().untilAsserted(() -> {
            HttpResponse<String> answer = ada.get("/api/v1/me");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("unavailable");
        });
        assertThat(ada.cookies()).containsKey("reprise_signed_in");

        provider.down(false);
        await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(200));
    }

    @Test
    void a_sign_out_at_the_provider_ends_the_sign_in_here() {
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");
        provider.revoke();

        await().untilAsserted(() -> {
            HttpResponse<String> answer = ada.get("/api/v1/me");
            assertThat(answer.statusCode()).isEqualTo(401);
        });
        assertThat(ada.cookies()).doesNotContainKey("reprise_signed_in");
    }

    @Test
    void a_refresh_that_names_another_user_ends_the_sign_in() {
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");
        provider.claims(json -> json.put("sub", "bob"));

        await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(401));
    }

    @Test
    void a_refresh_without_a_new_id_token_is_accepted() {
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");
        provider.answers(json -> {
            json.remove("id_token");
            return json;
        });

        await().untilAsserted(() -> {
            assertThat(ada.status()).isEqualTo(200);
            assertThat(provider.refreshes()).isGreaterThanOrEqualTo(2);
        });
    }

    @Test
    void roles_follow_the_provider() {
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");
        provider.claims(json -> json.put("roles", JsonArray.of("admin")));

        await().untilAsserted(
                        () -> assertThat(new JsonObject(ada.get("/api/v1/me").body()).getJsonArray("roles"))
                                .isEqualTo(JsonArray.of("admin")));
    }

    @Test
    void without_a_refresh_token_the_sign_in_ends_with_its_token() {
        provider.givesNoRefreshTokens();
        provider.lifeS(2);
        share(Map.of());
        ada.signIn("/");

        await().untilAsserted(() -> assertThat(ada.status()).isEqualTo(401));
        assertThat(provider.refreshes()).isZero();
    }

    @Test
    void a_modified_cookie_is_refused() {
        share(Map.of());
        ada.signIn("/");
        expire();
        String handle = ada.cookies().get("reprise_signed_in");
        char last = handle.charAt(63) == 'A' ? 'B' : 'A';

        for (String wrong : List.of(handle.substring(0, 63) + last, "x", handle.substring(0, 40), handle + "AAAA")) {
            Visitor mallory = new Visitor(url);
            mallory.cookies().put("reprise_signed_in", wrong);
            assertThat(mallory.status()).as(wrong).isEqualTo(401);
            mallory.cookies().put("reprise_signed_in", wrong);
            mallory.post("/api/v1/logout");
        }

        assertThat(ada.status()).as("nobody else could end it").isEqualTo(200);
    }

    @Test
    void the_oldest_browser_above_the_limit_is_signed_out() {
        start(Map.of("auth.oidc.perUserMax", "2"));
        List<Visitor> browsers = List.of(ada, new Visitor(url), new Visitor(url));
        for (Visitor browser : browsers) {
            browser.signIn("/");
            browser.cookies().remove("reprise_session");
        }

        assertThat(browsers.stream().map(Visitor::status)).containsExactly(401, 200, 200);
    }

    // --- sockets

    @Test
    void a_socket_outlives_its_token_if_the_token_is_replaced() {
        start(Map.of("auth.oidc.retryMs", "100"));

        // A slow machine may not replace a short one in time.
        int lifeS = 2;
        while (!outlivesTokensOf(lifeS)) {
            lifeS *= 2;
            assertThat(lifeS).as("seconds of a token's life").isLessThan(100);
        }
    }

    private boolean outlivesTokensOf(int lifeS) {
        provider.lifeS(lifeS);
        ada.signIn("/");
        try (TestClient tab = TestClient.open(port, "/ws", headers())) {
            JsonObject welcome = tab.ask("hello", new JsonObject().put("version", 1));
            assertThat(welcome.getJsonObject("user").getString("id")).isEqualTo("ada");
            assertThat(welcome.getJsonArray("features")).contains("oidc");
            int before = provider.refreshes();

            await().until(() -> tab.isClosed() || provider.refreshes() >= before + 3);

            if (tab.isClosed()) return false;
            assertThat(tab.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
            assertThat(provider.reuses()).isZero();
            return true;
        }
    }

    @Test
    void a_socket_closes_when_its_sign_in_ends() {
        provider.lifeS(2);
        start(Map.of("auth.oidc.retryMs", "100"));
        ada.signIn("/");

        try (TestClient tab = TestClient.open(port, "/ws", headers())) {
            tab.ask("hello", new JsonObject().put("version", 1));
            provider.revoke();

            assertThat(tab.awaitClose()).isEqualTo(4005);
        }
    }

    @Test
    void a_socket_outlives_an_outage_of_the_provider_that_is_shorter_than_its_token() {
        provider.lifeS(20);
        start(Map.of("auth.oidc.retryMs", "100", "auth.oidc.refreshMs", "19000"));
        ada.signIn("/");
        provider.tokens(500, "{}");

        try (TestClient tab = TestClient.open(port, "/ws", headers())) {
            tab.ask("hello", new JsonObject().put("version", 1));
            provider.tokens(200, null);
            await().until(() -> provider.refreshes() >= 1);

            assertThat(tab.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
        }
    }

    private Map<String, String> headers() {
        return Map.of("Cookie", ada.cookieHeader(), "Origin", url);
    }

    // --- signing out

    @Test
    void signing_out_ends_the_sign_in_here_and_at_the_provider() {
        share(Map.of());
        ada.signIn("/");
        Map<String, String> copy = Map.copyOf(ada.cookies());

        HttpResponse<String> answer = ada.post("/api/v1/logout");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ada.status()).isEqualTo(401);
        String next = new JsonObject(answer.body()).getString("next");
        String there = Visitor.location(ada.get(next));
        assertThat(there).startsWith(provider.url() + "/logout?");
        assertThat(OidcProvider.parsed(there.split("\\?", 2)[1]))
                .containsEntry("id_token_hint", provider.secrets().getFirst())
                .containsEntry("client_id", "reprise")
                .containsEntry("post_logout_redirect_uri", url + "/");
        assertThat(ada.cookies()).isEmpty();
        // A copied cookie is valid no longer than the token that it was made from.
        Visitor thief = new Visitor(url);
        thief.cookies().put("reprise_signed_in", copy.get("reprise_signed_in"));
        assertThat(thief.status()).isEqualTo(401);
    }

    @Test
    void a_browser_that_is_signed_out_is_notified_no_more_and_others_of_the_person_are() {
        start(Map.of("secrets.key", SecretKeyFile.reference()));
        ada.signIn("/");
        String first = notified();
        Visitor signedOut = ada;
        ada = new Visitor(url);
        ada.signIn("/");
        String second = notified();
        assertThat(devices()).containsExactly(first, second);

        signedOut.post("/api/v1/logout");

        assertThat(devices()).containsExactly(second);
    }

    private String notified() {
        String endpoint = "https://push.example.org/" + System.identityHashCode(ada);
        String body = PushBrowser.fresh().subscription("mine", endpoint).encode();
        HttpResponse<String> added = server.call("POST", "/api/v1/push-subscriptions", null, body, headers());
        assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
        return new JsonObject(added.body()).getString("id");
    }

    private List<String> devices() {
        HttpResponse<String> found = server.call("GET", "/api/v1/push-subscriptions", null, null, headers());
        return new JsonObject(found.body())
                .getJsonArray("devices").stream()
                        .map(device -> ((JsonObject) device).getString("id"))
                        .toList();
    }

    @Test
    void without_an_end_session_endpoint_only_the_local_sign_in_ends() {
        provider.document(json -> {
            json.remove("end_session_endpoint");
            return json;
        });
        start(Map.of());
        ada.signIn("/");

        assertThat(ada.post("/api/v1/logout").statusCode()).isEqualTo(204);
        assertThat(Visitor.location(ada.get("/api/v1/oidc/logout"))).isEqualTo(url + "/");
    }

    @Test
    void signing_in_as_another_user_ends_the_first_sign_in() {
        share(Map.of());
        ada.signIn("/");
        Visitor first = new Visitor(url);
        first.cookies().put("reprise_signed_in", ada.cookies().get("reprise_signed_in"));
        provider.user("bob");

        ada.signIn("/");

        assertThat(new JsonObject(ada.get("/api/v1/me").body()).getString("user"))
                .isEqualTo("bob");
        assertThat(first.status()).isEqualTo(401);
    }

    @Test
    void without_openid_connect_its_routes_do_not_exist() {
        server = TestServer.start(Map.of("server.port", String.valueOf(port)));

        for (String path : List.of("login", "callback?state=x", "logout")) {
            assertThat(ada.get("/api/v1/oidc/" + path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(ada.get("/api/v1/sign-in").body()).isEqualTo("{}");
    }

    private void at(int port) {
        this.port = port;
        url = "http://127.0.0.1:" + port;
        ada = new Visitor(url);
    }

    /** A server that is used by other tests, too: what it knows of the provider must stay true. */
    private void share(Map<String, String> more) {
        at(SHARED.computeIfAbsent(more, settings -> started(TestDatabase.fresh(), settings))
                .port());
    }

    private void start(Map<String, String> more) {
        start(TestDatabase.fresh(), more);
    }

    private void start(DatabaseUri database, Map<String, String> more) {
        server = started(database, more);
    }

    private TestServer started(DatabaseUri database, Map<String, String> more) {
        Map<String, String> settings = provider.settings(port, folder);
        settings.put("auth.oidc.parameters", "prompt=select_account");
        settings.put("auth.oidc.timeoutMs", "60000");
        settings.put("auth.oidc.retryMs", "100");
        settings.putAll(more);
        return TestServer.start(database, settings);
    }
}
