package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.reprise.testing.OidcProvider;
import io.reprise.testing.Ports;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page where people sign in with an identity provider, which is another site to the browser. */
class OidcPageIT {
    private final OidcProvider provider = new OidcProvider();
    private final int port = Ports.free();
    private final String url = "http://127.0.0.1:" + port;
    private TestBrowser browser;
    private TestServer server;
    private BrowserContext person;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        browser = TestBrowser.start();
        person = browser.person("nobody");
    }

    @AfterEach
    void close() {
        browser.close();
        if (server != null) server.close();
        provider.close();
    }

    @Test
    void a_person_signs_in_returns_stays_signed_in_and_signs_out() throws IOException {
        provider.lifeS(4);
        start(Map.of("auth.oidc.retryMs", "100"));
        Page page = person.newPage();
        page.navigate(url + "/#/s/s_of_another");
        assertThat(page.locator(".sign-in h1")).hasText("Sign in to Reprise");
        assertThat(page.locator(".shell")).hasCount(0);

        page.getByText("Sign in with Acme").click();

        assertThat(page.locator(".connection")).hasText("Connected");
        assertThat(page).hasURL(url + "/#/s/s_of_another");
        assertThat(page.locator(".user-name")).containsText("ADA");
        assertThat(String.valueOf(page.evaluate(
                        "document.cookie + Object.entries(localStorage) + Object.entries(sessionStorage)")))
                .doesNotContain("refresh-", "access-", "eyJ");

        page.locator(".new-chat").click();
        page.locator("#message").fill("/echo first");
        page.keyboard().press("Enter");
        assertThat(page.locator("markdown-text")).hasText("first");
        page.evaluate("window.sameDocument = true");
        int before = provider.refreshes();
        await().until(() -> {
            page.waitForTimeout(50); // lets the browser go on
            return provider.refreshes() >= before + 2;
        });
        assertThat(page.locator(".connection")).hasText("Connected");
        page.locator("#message").fill("/echo second");
        page.keyboard().press("Enter");
        assertThat(page.locator("markdown-text").last()).hasText("second");
        assertThat((boolean) page.evaluate("window.sameDocument === true")).isTrue();
        page.reload();
        assertThat(page.locator("markdown-text").last()).hasText("second");

        Page other = person.newPage();
        other.navigate(url);
        assertThat(other.locator(".connection")).hasText("Connected");
        page.locator(".user-button").click();
        page.locator(".sign-out").click();

        assertThat(page.locator(".sign-in h1")).isVisible();
        assertThat(other.locator(".sign-in h1")).isVisible();
        assertThat(page).hasURL(url + "/");
        assertThat(provider.logouts()).hasSize(1);
        assertThat(provider.reuses()).isZero();
    }

    @Test
    void two_tabs_sign_in_at_the_same_time_and_each_returns_to_its_page() {
        provider.asks();
        start(Map.of());
        Page first = person.newPage();
        first.navigate(url + "/#/s/one");
        Page second = person.newPage();
        second.navigate(url + "/#/s/two");
        first.locator("#sign-in").click();
        second.locator("#sign-in").click();

        second.locator("#continue").click();
        assertThat(second.locator(".connection")).hasText("Connected");
        first.locator("#continue").click();
        assertThat(first.locator(".connection")).hasText("Connected");

        assertThat(first).hasURL(url + "/#/s/one");
        assertThat(second).hasURL(url + "/#/s/two");
    }

    @Test
    void the_reason_of_a_failed_sign_in_is_shown_once() {
        provider.denies("access_denied");
        start(Map.of());
        Page page = person.newPage();
        page.navigate(url + "/#/s/one");

        page.locator("#sign-in").click();

        assertThat(page.locator(".sign-in [role=alert]")).hasText("The identity provider did not let you in.");
        assertThat(page).hasURL(url + "/#/s/one");
        page.reload();
        assertThat(page.locator("#sign-in")).isVisible();
        assertThat(page.locator(".sign-in [role=alert]")).isEmpty();
        provider.denies(null);
        page.locator("#sign-in").click();
        assertThat(page.locator(".connection")).hasText("Connected");
    }

    @Test
    void a_draft_is_restored_after_signing_in_again() {
        provider.lifeS(2);
        start(Map.of("auth.oidc.retryMs", "100"));
        Page page = person.newPage();
        page.navigate(url);
        page.locator("#sign-in").click();
        assertThat(page.locator(".connection")).hasText("Connected");
        page.locator("#message").fill("not sent yet");

        provider.revoke();
        assertThat(page.locator(".sign-in h1")).isVisible();
        page.locator("#sign-in").click();

        assertThat(page.locator(".connection")).hasText("Connected");
        assertThat(page.locator("#message")).hasValue("not sent yet");
    }

    @Test
    void on_a_phone_the_page_for_signing_in_fits() {
        start(Map.of());
        try (BrowserContext phone = browser.personOnPhone("nobody")) {
            Page page = phone.newPage();
            page.navigate(url);
            assertThat(page.locator("#sign-in")).isVisible();
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/sign-in-phone.png")));
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(page.locator("#sign-in").boundingBox().height).isGreaterThanOrEqualTo(40);
        }
    }

    private void start(Map<String, String> more) {
        Map<String, String> settings = provider.settings(port, folder);
        settings.putAll(more);
        server = TestServer.start(settings);
    }
}
