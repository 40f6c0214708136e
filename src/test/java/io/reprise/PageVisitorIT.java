package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.support.WallClock;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The page of a server that wants no sign-in. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageVisitorIT {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private TestBrowser browser;
    private TestServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        browser = TestBrowser.start();
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        server =
                TestServer.start(Map.of("auth.mode", "jwt", "auth.secret", "file:" + secret, "auth.anonymous", "true"));
    }

    @AfterEach
    void stop() {
        browser.close();
        server.close();
    }

    @Test
    void visitors_chat_at_once_each_for_themselves() {
        Tab one = browser.open(browser.person("one"), server.url());
        one.ask("/echo hello");
        one.awaitIdle();
        Tab two = browser.open(browser.person("two"), server.url());

        assertThat(one.page().locator(".user-name")).containsText("Visitor");
        assertThat(one.page().locator(".sign-in")).hasCount(0);
        assertThat(one.chats()).hasCount(1);
        assertThat(two.page().locator(".session-list")).containsText("Your chats will be here.");
        one.page().reload();
        assertThat(one.chats()).hasCount(1);
        assertThat(two.page().locator("#dialog[open]")).hasCount(0);
    }

    @Test
    void a_visitor_signs_in_and_out_again() {
        Tab tab = browser.open(browser.person("one"), server.url());
        tab.ask("/echo hello");
        tab.awaitIdle();
        String name = me(tab.page());
        tab.page().locator(".user-button").click();
        assertThat(tab.page().locator("#dialog .sign-out")).hasCount(0);
        String token = new OwnTokens(SECRET.getBytes(StandardCharsets.UTF_8), WallClock.system())
                .issue("ada", List.of("user", "admin"), WallClock.system().nowMs() + 600_000);
        tab.page().locator("#user-token").fill(token);
        tab.page().locator("#dialog .primary").click();
        assertThat(tab.page().locator(".user-name")).containsText("ada");
        assertThat(tab.page().locator(".session-list")).containsText("Your chats will be here.");

        tab.page().locator(".user-button").click();
        tab.page().getByText("Maintenance jobs").click();
        assertThat(tab.page().locator("[data-job=session-expiry]")).isVisible();
        tab.page().locator(".user-button").click();
        tab.page().locator("#dialog .sign-out").click();

        assertThat(tab.page().locator(".user-name")).containsText("Visitor");
        assertThat(me(tab.page())).startsWith("anonymous:").isNotEqualTo(name);
        tab.page().locator(".user-button").click();
        assertThat(tab.page().getByText("Maintenance jobs")).hasCount(0);
    }

    /** Without the answer of that one request the page would ask for each of its requests who it is, and be somebody new each time. */
    @Test
    void a_visitor_is_who_the_answer_to_the_visit_says() {
        BrowserContext person = browser.person("one");
        person.route(
                "**/api/v1/me",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(401)
                        .setContentType("application/json")
                        .setBody("{\"code\":\"unauthorized\",\"message\":\"Nobody is signed in.\"}")));

        Tab tab = browser.open(person, server.url());
        tab.ask("/echo hello");

        assertThat(tab.page().locator(".user-name")).containsText("Visitor");
        assertThat(tab.chats()).hasCount(1);
        assertThat(tab.requests("/api/v1/visit")).isEqualTo(1);
    }

    private static String me(Page page) {
        return (String) page.evaluate("fetch('/api/v1/me').then(answer => answer.json()).then(me => me.user)");
    }
}
