package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.Wire;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Many calls of tools in one answer, and what the log says between them. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageCallsIT {
    private static final int CALLS = 60;

    /** Notes by how much what is shown became shorter from one frame to the next; the end of the text is where a reader is. */
    private static final String WATCH = """
            () => {
              window.shrunk = 0
              window.tallest = 0
              let last = 0
              const look = () => {
                const shown = [...document.querySelectorAll('.tool-card, .tool-group, .working')]
                const height = shown.reduce((sum, one) => sum + one.offsetHeight, 0)
                window.shrunk = Math.max(window.shrunk, last - height)
                window.tallest = Math.max(window.tallest, height)
                last = height
                if (!window.stopped) requestAnimationFrame(look)
              }
              requestAnimationFrame(look)
            }""";

    @Test
    void sixty_calls_do_not_move_what_is_read_and_are_one_line_in_the_end() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = TestServer.start(settings(provider));
                TestBrowser browser = TestBrowser.start()) {
            Tab tab = browser.open(browser.person("ada"), server.url());
            Page page = tab.page();
            page.evaluate(WATCH);
            tab.say("Look at everything.");
            for (int i = 0; i < CALLS; i++) {
                provider.take()
                        .answer()
                        .tool(0, "c" + i, i == 7 ? "nothing" : "time", "{}")
                        .finish(Finish.TOOLS, 10, 1);
            }
            FakeProvider.Call last = provider.take();
            assertThat(page.locator(".tool-group")).hasCount(1);
            assertThat(page.locator(".tool-card.failed")).hasCount(1);
            page.evaluate("() => { window.stopped = true }");
            assertThat((Integer) page.evaluate("() => Math.round(window.shrunk)"))
                    .isLessThanOrEqualTo(2);
            assertThat((Integer) page.evaluate("() => Math.round(window.tallest)"))
                    .isLessThan(400);

            last.answer().text("That is all.").finish(Finish.STOP, 10, 5);
            tab.awaitIdle();

            Locator line = page.locator(".tool-group");
            assertThat(line).hasText(Pattern.compile("\\s*60 tools used, [<\\d. ]+s, 1 failed\\s+time, nothing\\s*"));
            assertThat(page.locator(".tool-card")).hasCount(1);
            page.reload();
            assertThat(line).containsText("60 tools used");
            assertThat(page.locator(".tool-card")).hasCount(1);
            line.press("Enter");
            assertThat(line).hasAttribute("aria-expanded", "true");
            assertThat(line).isFocused();
            assertThat(page.locator(".tool-card")).hasCount(CALLS);
            tab.assertClean();
        }
    }

    @Test
    void a_reader_is_told_what_the_agent_no_longer_sees() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = TestServer.start(settings(provider));
                TestBrowser browser = TestBrowser.start()) {
            String brief = "{\"type\":\"context-editing\",\"atTokens\":100,\"keep\":1}";
            Tab tab = chatWith(server, browser, brief);
            tab.say("word ".repeat(200));
            provider.take().answer().tool(0, "a", "time", "{}").finish(Finish.TOOLS, 10, 1);
            provider.take().answer().tool(0, "b", "time", "{}").finish(Finish.TOOLS, 10, 1);
            provider.take().answer().text("Done.").finish(Finish.STOP, 10, 5);
            tab.awaitIdle();

            Locator line = tab.page().locator(".note-line");
            for (int i = 0; i < 2; i++) {
                assertThat(line).hasCount(1);
                assertThat(line.locator("summary")).hasText("The agent no longer sees one earlier tool result");
                line.locator("summary").press("Enter");
                assertThat(line.locator(".note-body")).containsText("The results stay here.");
                assertThat(tab.page().locator(".message.assistant.newest .action.regenerate"))
                        .isVisible();
                tab.page().reload();
            }
            tab.assertClean();
        }
    }

    @Test
    void a_reader_is_told_what_was_skipped_and_has_the_chat_summarised_at_once() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = TestServer.start(settings(provider));
                TestBrowser browser = TestBrowser.start()) {
            Tab tab = chatWith(server, browser, "{\"type\":\"prompt-injection\"}");
            becomesWrong(server);
            for (String said : new String[] {"one", "two"}) {
                tab.say(said);
                provider.take().answer().text("heard " + said).finish(Finish.STOP, 10, 5);
                tab.awaitAnswer("heard " + said);
                tab.awaitIdle();
            }
            Locator skipped = note(tab, "This answer goes on without the middleware “extra”");
            assertThat(skipped).hasCount(2);
            skipped.first().locator("summary").click();
            assertThat(skipped.first().locator(".note-body")).containsText("(patterns)");

            tab.button("Menu of this chat").click();
            tab.menuItem("Summarise now").click();
            FakeProvider.Call summary = provider.take();
            assertThat(summary.body().encode()).contains("User: one");
            summary.answer().text("They counted.").finish(Finish.STOP, 10, 5);

            Locator line = note(tab, "Earlier messages were summarised for the agent");
            assertThat(line).hasCount(1);
            line.locator("summary").click();
            assertThat(line.locator(".note-text")).hasText("They counted.");
            tab.awaitIdle();
            tab.say("three");
            FakeProvider.Call next = provider.take();
            assertThat(next.body().encode()).contains("They counted.", "three").doesNotContain("heard one");
            next.answer().text("done").finish(Finish.STOP, 10, 5);
            tab.awaitIdle();
            tab.assertClean();
        }
    }

    /** A new chat with an agent that has a middleware {@code extra} with these settings. */
    private static Tab chatWith(TestServer server, TestBrowser browser, String middleware) {
        String admin = server.token("root", "admin");
        server.call("POST", "/api/v1/middleware", admin, "{\"name\":\"extra\",\"settings\":" + middleware + "}");
        String clerk = "{\"title\":\"Clerk\",\"middleware\":[\"extra\"]}";
        server.call("POST", "/api/v1/agents", admin, "{\"name\":\"clerk\",\"settings\":" + clerk + "}");
        String answer = server.call("POST", "/api/v1/sessions", server.token("ada"), "{\"agent\":\"clerk\"}")
                .body();
        String session = new JsonObject(answer).getString("session");
        return browser.open(browser.person("ada"), server.url() + "/#/s/" + session);
    }

    /** As after an update, the type does not take what is stored; it is read again with the next change of any entry. */
    private static void becomesWrong(TestServer server) throws SQLException {
        try (Connection connection = TestDatabase.connect(server.database());
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    UPDATE catalog_entry SET body = '{"type":"prompt-injection","patterns":["("]}', revision = revision + 1
                    WHERE kind = 'middleware' AND name = 'extra'""");
        }
        String another = "{\"name\":\"another\",\"settings\":{\"type\":\"todo-list\"}}";
        server.call("POST", "/api/v1/middleware", server.token("root", "admin"), another);
    }

    private static Locator note(Tab tab, String words) {
        return tab.page().locator(".note-line", new Page.LocatorOptions().setHasText(words));
    }

    private static Map<String, String> settings(FakeProvider provider) {
        return provider.wire.settings(
                provider.url(),
                Map.of(
                        "model.openai.name", "gpt-4.1-mini",
                        "sessions.titles", "off",
                        "run.stepsMax", "100",
                        "run.timeMs", "600000"));
    }
}
