package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.reprise.secret.BodySignature;
import io.reprise.testing.PageBench;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.Tab;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hooks and webhooks on the page. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageHooksIT {
    private static final int PHONE_WIDTH = 390;
    private static final int PHONE_HEIGHT = 844;

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of(
            "secrets.key",
            SecretKeyFile.reference(),
            "outgoing.allow",
            "127.0.0.1",
            "webhooks.pollMs",
            "20",
            "webhooks.failuresMax",
            "3",
            "webhooks.retryMs",
            "20",
            "webhooks.retryMaxMs",
            "40"));

    @Test
    void a_hook_is_made_in_the_menu_of_a_chat_wakes_it_and_is_listed() throws Exception {
        Tab tab = BENCH.open();
        Page page = tab.page();
        tab.ask("/echo first");
        tab.awaitIdle();
        page.locator("#chat-menu").click();
        page.getByText("Add a hook…").click();
        page.locator("#hook-name").fill("Issues");
        page.locator("#hook-template").fill("/echo New: {{issue.title}}");
        page.locator(".hook-form .primary").click();
        Locator secret = page.locator("#hook-secret");
        assertThat(secret).isFocused();
        String address = page.locator("#hook-address").inputValue();
        String key = secret.inputValue();
        page.getByText("Done").click();

        assertThat(call(address, key, "{\"issue\":{\"title\":\"It is broken\"}}"))
                .isEqualTo(202);

        assertThat(page.locator(".message.recall")).containsText("New: It is broken");
        tab.awaitIdle();
        page.evaluate("location.hash = '#/hooks'");
        Locator card = page.locator(".hooks .reminder");
        assertThat(card).containsText("Issues");
        assertThat(card).containsText("Last call");
        assertThat(page.locator(".page")).not().containsText(key);
        assertThat(call(address, key, "{\"issue\":{\"title\":\"It broke again\"}}", "d-2"))
                .isEqualTo(202);
        BENCH.person()
                .route(
                        Pattern.compile(".*/deliveries[?].*"),
                        route -> route.resume(new Route.ResumeOptions()
                                .setUrl(route.request().url().replaceFirst("limit=[0-9]+", "limit=1"))));
        card.getByText("What came").click();
        assertThat(card.locator("ol li")).containsText(new String[] {"d-2"});
        tab.button("Older ones of Issues").click();
        assertThat(card.locator("ol li")).containsText(new String[] {"d-2", "d-1"});
        card.getByText("Switch off").click();
        assertThat(card.locator(".first")).hasText("Switched off");
        assertThat(call(address, key, "{}")).isEqualTo(403);
        card.getByText("Delete…").click();
        page.locator("#dialog .danger").click();
        assertThat(page.locator(".page")).containsText("No hooks.");
        tab.assertClean();
    }

    @Test
    void a_hook_is_changed_and_its_secret_replaced() throws Exception {
        String token = BENCH.server().token(BENCH.user());
        String session = new JsonObject(BENCH.server()
                        .call("POST", "/api/v1/sessions", token, "{}")
                        .body())
                .getString("session");
        JsonObject hook = new JsonObject(BENCH.server()
                .call("POST", "/api/v1/hooks", token, "{\"session\":\"" + session + "\",\"name\":\"Issues\"}")
                .body());
        String address = BENCH.server().url() + hook.getString("path");
        Tab tab = BENCH.open(BENCH.server().url() + "/#/hooks");
        Page page = tab.page();
        Locator card = page.locator(".hooks .reminder");

        card.getByText("Edit…").click();
        page.locator("#hook-name").fill("Bugs");
        page.locator("#hook-template").fill("/echo A bug: {{title}}");
        page.locator(".hook-form .primary").click();
        assertThat(card).containsText("Bugs");
        card.getByText("New secret…").click();
        page.locator("#dialog .danger").click();
        Locator secret = page.locator("#hook-secret");
        assertThat(secret).isFocused();
        String key = secret.inputValue();
        page.getByText("Done").click();

        assertThat(call(address, hook.getString("secret"), "{\"title\":\"old\"}"))
                .as("with the secret that was replaced")
                .isEqualTo(401);
        assertThat(call(address, key, "{\"title\":\"new\"}")).isEqualTo(202);
        page.evaluate("id => { location.hash = '#/s/' + id }", session);
        assertThat(page.locator(".message.recall")).containsText("A bug: new");
        tab.assertClean();
    }

    @Test
    void a_webhook_is_made_tested_and_refused_where_nobody_may_call() throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        try {
            int port = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1")
                    .await(60, TimeUnit.SECONDS)
                    .actualPort();
            Tab tab = BENCH.open(BENCH.server().url() + "/#/hooks");
            Page page = tab.page();
            page.locator(".add-webhook").click();
            page.locator("#webhook-name").fill("My phone");
            page.locator("#webhook-url").fill("http://10.0.0.1/");
            page.locator(".webhook-form .primary").click();
            assertThat(page.locator("#webhook-error")).containsText("not on the public internet");
            page.locator("#webhook-url").fill("http://127.0.0.1:" + port + "/" + "long".repeat(20));
            page.getByText("An answer is complete").click();
            page.locator(".webhook-form .primary").click();
            assertThat(page.locator("#hook-secret").inputValue()).startsWith("rps_");
            page.getByText("Done").click();

            Locator card = page.locator(".webhooks .reminder");
            assertThat(card).containsText("An answer is complete");
            card.getByText("Test").click();

            assertThat(card.locator("ol li")).containsText("Arrived (200");
            assertThat(page.locator(".who")).hasCount(0); // nobody answers on this page
            page.setViewportSize(PHONE_WIDTH, PHONE_HEIGHT);
            assertThat(page.locator(".page").evaluate("it => it.scrollWidth - it.clientWidth"))
                    .as("pixels of a long address beside the screen of a phone")
                    .isEqualTo(0);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void the_owner_of_a_webhook_that_failed_too_often_is_told_wherever_they_are() throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        try {
            int port = vertx.createHttpServer()
                    .requestHandler(
                            request -> request.response().setStatusCode(500).end())
                    .listen(0, "127.0.0.1")
                    .await(60, TimeUnit.SECONDS)
                    .actualPort();
            Tab tab = BENCH.open();
            Page page = tab.page();
            String url = "http://127.0.0.1:" + port + "/";
            String body = "{\"name\":\"My phone\",\"url\":\"" + url + "\",\"events\":[\"run.ended\"]}";
            BENCH.server().call("POST", "/api/v1/webhooks", BENCH.server().token(BENCH.user()), body);

            tab.ask("/echo hello");

            assertThat(page.locator(".notice")).containsText("The webhook “My phone” was switched off");
            page.locator(".notice").getByText("Show it").click();
            assertThat(page.locator(".webhooks .reminder")).containsText("Switched off, because 3 attempts");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static int call(String address, String key, String body) throws IOException, InterruptedException {
        return call(address, key, body, "d-1");
    }

    private static int call(String address, String key, String body, String delivery)
            throws IOException, InterruptedException {
        String at = Long.toString(Instant.now().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header(BodySignature.TIMESTAMP, at)
                .header(BodySignature.SIGNATURE, BodySignature.of(key, at, body.getBytes(StandardCharsets.UTF_8)))
                .header(BodySignature.DELIVERY, delivery)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
