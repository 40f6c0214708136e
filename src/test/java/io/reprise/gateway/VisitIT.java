package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** People without a sign-in: the name that they get, and that nobody can take it or choose one. */
class VisitIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private GatewayFixture gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void a_browser_gets_a_name_of_its_own_that_opens_rest_and_says_what_it_is() throws Exception {
        start();

        HttpResponse<String> first = visit(Map.of());
        HttpResponse<String> second = visit(Map.of());

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("reprise_session=")
                .containsIgnoringCase("; HttpOnly")
                .contains("; SameSite=Strict", "; Path=/", "Max-Age=2592000");
        JsonObject one = new JsonObject(first.body());
        assertThat(one.getString("user")).matches("anonymous:[A-Za-z0-9_-]{20}");
        assertThat(one.getJsonArray("roles")).containsExactly("user");
        assertThat(new JsonObject(second.body()).getString("user")).isNotEqualTo(one.getString("user"));
        JsonObject me = me(cookie(first));
        assertThat(me.getString("user")).isEqualTo(one.getString("user"));
        assertThat(me.getBoolean("anonymous")).isTrue();
        assertThat(call("GET", "/api/v1/sessions", Map.of("Cookie", cookie(first)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("GET", "/api/v1/jobs", Map.of("Cookie", cookie(first))).statusCode())
                .isEqualTo(403);
    }

    @Test
    void whoever_is_known_stays_who_they_are() throws Exception {
        start();
        String cookie = cookie(visit(Map.of()));

        HttpResponse<String> again = visit(Map.of("Cookie", cookie));
        HttpResponse<String> signedIn = visit(Map.of("Authorization", "Bearer " + gateway.token("ada")));
        HttpResponse<String> badToken = visit(Map.of("Authorization", "Bearer nonsense"));

        assertThat(new JsonObject(again.body()).getString("user"))
                .isEqualTo(me(cookie).getString("user"));
        assertThat(again.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(new JsonObject(signedIn.body()).getString("user")).isEqualTo("ada");
        assertThat(new JsonObject(signedIn.body()).containsKey("anonymous")).isFalse();
        assertThat(signedIn.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(badToken.statusCode()).isEqualTo(401);
    }

    @Test
    void the_name_can_neither_be_forged_nor_brought_by_a_token_of_another_issuer() throws Exception {
        start();
        String cookie = cookie(visit(Map.of()));
        String user = me(cookie).getString("user");
        String[] parts = cookie.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1])).replace(user, "anonymous:eve");
        String forged = parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes()) + "."
                + parts[2];

        assertThat(call("GET", "/api/v1/me", Map.of("Cookie", forged)).statusCode())
                .isEqualTo(401);
        assertThat(call("GET", "/api/v1/me", Map.of("Authorization", "Bearer " + gateway.token(user)))
                        .statusCode())
                .isEqualTo(401);
        assertThat(call("POST", "/api/v1/login", Map.of("Authorization", "Bearer " + gateway.token(user)))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void pages_of_other_origins_get_no_cookie() throws Exception {
        start();

        HttpResponse<String> answer = visit(Map.of("Origin", "https://evil.example"));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void an_address_gets_only_so_many_names() throws Exception {
        start("limits.addressVisitorsPerMinute", "2", "limits.exempt", "");
        visit(Map.of());
        visit(Map.of());

        HttpResponse<String> third = visit(Map.of());

        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValue("Retry-After")).isPresent();
        assertThat(third.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void whoever_comes_back_keeps_the_name_and_gets_a_younger_cookie() throws Exception {
        start();
        String cookie = cookie(visit(Map.of()));
        String user = me(cookie).getString("user");
        assertThat(call("GET", "/api/v1/me", Map.of("Cookie", cookie)).headers().firstValue("Set-Cookie"))
                .isEmpty();

        gateway.later(TimeUnit.DAYS.toMillis(16));
        HttpResponse<String> back = call("GET", "/api/v1/me", Map.of("Cookie", cookie));
        gateway.later(TimeUnit.DAYS.toMillis(16));

        assertThat(call("GET", "/api/v1/me", Map.of("Cookie", cookie)).statusCode())
                .isEqualTo(401);
        assertThat(me(cookie(back)).getString("user")).isEqualTo(user);
    }

    @Test
    void without_the_setting_there_is_no_such_path_and_no_such_user() throws Exception {
        start();
        String cookie = cookie(visit(Map.of()));
        assertThat(new JsonObject(call("GET", "/api/v1/sign-in", Map.of()).body()).getBoolean("anonymous"))
                .isTrue();
        stop();

        gateway = new GatewayFixture("auth.mode", "jwt");

        assertThat(visit(Map.of()).statusCode()).isEqualTo(404);
        assertThat(call("GET", "/api/v1/me", Map.of("Cookie", cookie)).statusCode())
                .isEqualTo(401);
        assertThat(call("GET", "/api/v1/sign-in", Map.of()).body()).isEqualTo("{}");
    }

    private void start(String... more) {
        String[] settings = new String[more.length + 4];
        System.arraycopy(new String[] {"auth.mode", "jwt", "auth.anonymous", "true"}, 0, settings, 0, 4);
        System.arraycopy(more, 0, settings, 4, more.length);
        gateway = new GatewayFixture(settings);
    }

    private JsonObject me(String cookie) throws Exception {
        HttpResponse<String> me = call("GET", "/api/v1/me", Map.of("Cookie", cookie));
        assertThat(me.statusCode()).as(me.body()).isEqualTo(200);
        return new JsonObject(me.body());
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
    }

    /** As a page does, unless the headers say otherwise. */
    private HttpResponse<String> visit(Map<String, String> headers) throws Exception {
        Map<String, String> all = new java.util.HashMap<>(Map.of("Origin", "http://127.0.0.1:" + gateway.port));
        all.putAll(headers);
        return call("POST", "/api/v1/visit", all);
    }

    private HttpResponse<String> call(String method, String path, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
