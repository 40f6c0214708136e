package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which model answered, what a chat was before it was changed, and the source of a fork, as a user sees it. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageVersionsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private Tab tab;

    /** The browser itself reports a missing resource. */
    private boolean missesOrigin;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        if (!missesOrigin) tab.assertClean();
    }

    @Test
    void an_earlier_version_is_read_and_continued_in_a_chat_of_its_own() {
        tab.ask("/echo one");
        tab.ask("/echo two");
        tab.ask("/echo three");
        change(1, "/echo zwei");
        assertThat(answers()).hasText(new String[] {"one", "zwei"});
        change(1, "/echo due");
        assertThat(answers()).hasText(new String[] {"one", "due"});
        assertThat(number()).hasText("3/3");
        String origin = tab.url();

        tab.button("Earlier version").click();
        assertThat(number()).hasText("2/3");
        assertThat(answers()).hasText(new String[] {"one", "zwei"});
        tab.button("Earlier version").click();

        assertThat(number()).hasText("1/3");
        assertThat(answers()).hasText(new String[] {"one", "two", "three"});
        assertThat(tab.button("Earlier version")).isDisabled();
        assertThat(tab.button("Edit this message").first()).not().isVisible();
        assertThat(bar()).containsText("An earlier version");
        tab.button("Back to now").click();
        assertThat(bar()).hasCount(0);
        assertThat(answers()).hasText(new String[] {"one", "due"});
        tab.button("Earlier version").click();
        assertThat(number()).hasText("2/3");
        tab.button("Restore").click();

        assertThat(tab.page()).not().hasURL(origin);
        assertThat(answers()).hasText(new String[] {"one", "zwei"});
        assertThat(bar()).hasCount(0);
        assertThat(tab.page().locator(".origin")).containsText("Forked from an earlier version of");
        tab.ask("/echo on");
        assertThat(answers()).hasText(new String[] {"one", "zwei", "on"});
        tab.page().locator(".origin a").click();
        assertThat(tab.page()).hasURL(origin);
        assertThat(answers()).hasText(new String[] {"one", "due"});
    }

    @Test
    void versions_are_available_after_a_reload_and_messages_go_to_the_current_one() {
        tab.ask("/echo one");
        tab.button("Answer again").click();
        assertThat(number()).hasText("2/2");
        tab.page().reload();
        tab.awaitConnected();
        assertThat(number()).hasText("2/2");
        tab.button("Earlier version").click();
        assertThat(bar()).isVisible();

        tab.say("/echo two");

        assertThat(bar()).hasCount(0);
        assertThat(answers()).hasText(new String[] {"one", "two"});
        assertThat(number()).hasText("2/2");
    }

    @Test
    void what_a_change_will_replace_is_dimmed_while_it_is_written() {
        tab.ask("/echo one");
        tab.ask("/echo two");
        tab.button("Edit this message").first().click();

        assertThat(tab.page().locator(".message.assistant").last()).hasCSS("opacity", "0.38");
        tab.page().keyboard().press("Escape");
        assertThat(tab.page().locator(".message.assistant").last()).hasCSS("opacity", "1");
    }

    @Test
    void an_answer_shows_its_model_and_cost_live_and_after_a_reload() {
        assertThat(tab.page().locator(".demo-note a")).hasText("connect a real one");
        assertThat(tab.page().locator(".who")).containsText("demo");
        tab.ask("/usage");
        Locator took = tab.page().locator(".took");
        assertThat(took).hasText(Pattern.compile("demo · (< 0\\.1|[\\d.]+) s · [\\d,]+ tokens? in, [\\d,]+ out.*"));
        tab.page().locator(".message.assistant").hover();
        assertThat(took).hasCSS("opacity", "1");
        String live = took.textContent();
        tab.page().reload();
        tab.awaitConnected();
        assertThat(took).hasText(live);
    }

    @Test
    void a_fork_shows_its_source_and_whether_that_was_deleted() {
        tab.ask("/echo one");
        String origin = tab.session();
        api("PATCH", "/sessions/" + origin, "{\"title\":\"Quokkas\"}");
        assertThat(tab.page().locator("h1")).hasText("Quokkas");
        tab.page().locator(".message.assistant .fork").click();

        assertThat(tab.page().locator("h1")).hasText("Quokkas (fork)");
        assertThat(tab.page().locator(".session.current .fork-mark")).isVisible();
        assertThat(tab.page().locator(".origin")).hasText("Forked from Quokkas at this message");
        assertThat(tab.page().locator(".session:not(.current) .fork-mark")).hasCount(0);
        String fork = tab.session();
        api("PATCH", "/sessions/" + fork, "{\"title\":\"My own name\"}");
        assertThat(tab.page().locator("h1")).hasText("My own name");
        missesOrigin = true;
        api("DELETE", "/sessions/" + origin, null);
        tab.page().reload();
        tab.awaitConnected();
        assertThat(tab.page().locator(".origin")).hasText("Forked from a chat that is not there any more");
    }

    private void change(int message, String text) {
        tab.button("Edit this message").nth(message).click();
        Locator editor = tab.page().getByLabel("Message text");
        editor.fill(text);
        editor.press("Enter");
        assertThat(editor).hasCount(0);
        tab.awaitIdle();
    }

    private Locator answers() {
        return tab.page().locator(".message.assistant .markdown");
    }

    private Locator number() {
        return tab.page().locator(".version-number");
    }

    private Locator bar() {
        return tab.page().locator(".version-bar");
    }

    private static void api(String method, String path, String body) {
        int status = BENCH.server()
                .call(method, "/api/v1" + path, BENCH.server().token(BENCH.user()), body)
                .statusCode();
        assertThat(status).as(new JsonObject().put("path", path).encode()).isLessThan(300);
    }
}
