package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.reprise.testing.Notified;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the page shows of chats that are not open, of names, and of its connection. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageNewsIT {
    private static final int NEWER_CHATS = 55;

    /** Lists are as they are directly after a session was created. */
    private static final String LISTS_NO_WORDS = """
            () => {
              const { fetch } = window
              window.fetch = async (url, options) => {
                const response = await fetch(url, options)
                if (!String(url).includes('/sessions?')) return response
                const page = await response.json()
                page.sessions.forEach(session => { delete session.title; delete session.preview })
                return Response.json(page)
              }
            }""";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private Tab tab;

    @BeforeEach
    void open() {
        BENCH.person().addInitScript(Notified.BROWSER);
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    /**
     * Symptom: a reminder in another chat than the open one was not notified. Cause: only events of the open chat were.
     */
    @Test
    void a_reminder_in_another_chat_causes_a_plain_text_notification_while_the_page_is_hidden() {
        String session = reminded();
        tab.page().keyboard().press("Control+Shift+O");
        assertThat(tab.page().locator(".empty")).isVisible();
        Notified.leave(tab);

        moveItsTimeToNow();

        JsonObject shown = Notified.notification(tab);
        assertThat(shown.getString("tag")).isEqualTo(session);
        assertThat(shown.getString("body")).contains("stretch").doesNotContain("**");
    }

    /**
     * Symptom: neither the title nor the icon of a hidden tab showed that an answer had arrived. Cause: hidden pages
     * have no frames.
     */
    @Test
    void a_hidden_tab_shows_unread_chats_in_its_title_its_icon_and_on_the_app() {
        tab.page().evaluate("""
                () => {
                  navigator.setAppBadge = news => { window.badge = news; return Promise.resolve() }
                  navigator.clearAppBadge = () => { window.badge = 0; return Promise.resolve() }
                }""");
        tab.ask("/echo read");
        Notified.leave(tab);
        tab.page().evaluate("() => { window.requestAnimationFrame = () => 0 }");

        // Over the socket: a page that shows the answer would tell that it was read
        try (TestClient elsewhere = BENCH.server().client(BENCH.user())) {
            elsewhere.attachLive(tab.session());
            elsewhere.awaitEnd(
                    tab.session(), elsewhere.send(tab.session(), "/echo news").getString("run"));
        }

        assertThat(tab.page()).hasTitle(Pattern.compile("\\(1\\) .*Reprise"));
        assertThat(tab.page().locator("link[rel=icon]")).hasCount(2);
        assertThat(tab.page().locator("link[rel=icon][href='/icon-news.svg']")).hasCount(2);
        assertThat(tab.page().evaluate("badge")).isEqualTo(1);
        assertThat(BENCH.server().call("GET", "/icon-news.svg", null, null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void there_is_no_notification_while_another_tab_of_the_page_is_visible() {
        reminded();
        Tab looked = BENCH.open();
        Notified.leave(tab);
        tab.page().evaluate("""
                () => new BroadcastChannel('reprise.tabs').addEventListener('message', ({ data }) => {
                  if (data === 'this one') window.othersAreLookedAt = true
                })""");
        moveItsTimeToNow();
        assertThat(looked.page().locator(".session.unread")).hasCount(1);
        tab.page().waitForFunction("() => window.othersAreLookedAt"); // It has decided, so the other may leave.

        Notified.leave(looked);
        String second = Notified.reminded(looked);
        looked.page().keyboard().press("Control+Shift+O");
        moveItsTimeToNow();

        assertThat(Notified.notification(tab).getString("tag")).isEqualTo(second);
        looked.assertClean();
    }

    /** Symptom: a chat that was not among the newest fifty was named by its first words, and had no row. */
    @Test
    void a_chat_further_down_than_the_list_was_read_has_its_name_and_its_row() {
        tab.ask("/echo an old one");
        String token = BENCH.server().token(BENCH.user());
        String address = "/api/v1/sessions/" + tab.session();
        BENCH.server().call("PATCH", address, token, "{\"title\": \"My important project\"}");
        for (int i = 0; i < NEWER_CHATS; i++) {
            BENCH.server().call("POST", "/api/v1/sessions", token, "{\"title\": \"Newer " + i + "\"}");
        }

        Tab later = BENCH.open(tab.url());

        assertThat(later.page().locator(".topbar h1")).hasText("My important project");
        assertThat(later.page().locator(".session.current .session-name")).hasText("My important project");
        assertThat(later.chats()).hasCount(51);
        later.assertClean();
    }

    /**
     * Symptom: the list showed "New chat" while the header had the name. Cause: the row knew only the answers of REST.
     */
    @Test
    void the_row_of_the_open_chat_has_the_name_of_its_header() {
        tab.page().evaluate(LISTS_NO_WORDS);

        tab.ask("/echo hello there");

        assertThat(tab.page().locator(".topbar h1")).hasText("/echo hello there");
        assertThat(tab.chats()).hasText("/echo hello there");
    }

    @Test
    void marks_of_markdown_are_not_shown_where_nothing_is_rendered() {
        tab.ask("/echo first answer with **bold** and `code`");
        assertThat(tab.chats()).hasText("/echo first answer with bold and code");

        tab.page().keyboard().press("Control+k");
        tab.page().keyboard().type("answer");

        Locator snippet = tab.page().locator(".snippet");
        assertThat(snippet).containsText("answer with bold");
        assertThat(snippet.textContent()).doesNotContain("**").doesNotContain("`");
    }

    /**
     * Symptom: "Connected" was shown for five seconds after the network had failed. Cause: nothing was shown during a
     * probe.
     */
    @Test
    void the_page_says_that_it_checks_the_connection() {
        Locator words = tab.page().locator(".connection-words");
        tab.ask("/echo hello");

        BENCH.person().setOffline(true);
        assertThat(words).hasText(Pattern.compile("Checking the connection.*"));
        BENCH.person().setOffline(false);

        assertThat(words).hasText("Connected");
        tab.ask("/echo here again");
        tab.assertCleanButForOutage();
        tab = BENCH.open();
    }

    private String reminded() {
        return Notified.reminded(tab);
    }

    private static void moveItsTimeToNow() {
        Notified.moveItsTimeToNow(BENCH.server(), BENCH.user());
    }
}
