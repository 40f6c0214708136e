package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.PageBench;
import io.reprise.testing.Patience;
import io.reprise.testing.Tab;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages on which people see what models were used for. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageUsageIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of(
            "usage.flushMs",
            "10",
            "sessions.titles",
            "off",
            "model.contextTokens",
            "100000",
            "budgets.userDayTokens",
            "1000000",
            "usage.currency",
            "EUR"));

    @Test
    void people_see_what_they_have_used_themselves() {
        Tab tab = BENCH.open();
        tab.awaitConnected();
        tab.ask("/echo hello");
        tab.awaitIdle();
        awaitRecorded(BENCH.user(), 1);
        used("eve", "/echo one");

        tab.page().navigate(BENCH.server().url() + "/#/usage");

        Locator page = tab.page().locator(".usage-page");
        assertThat(page.locator("tbody tr")).hasCount(1);
        assertThat(page.locator("tbody th")).hasText("demo/demo");
        assertThat(page).containsText("Each person may use 1,000,000 tokens a day.");
        page.locator("[name=group]").selectOption("purpose");
        assertThat(page.locator("tbody th").first()).hasText("Answers");
        tab.assertClean();
    }

    @Test
    void people_see_what_a_chat_has_used_and_how_full_its_context_is() {
        Tab tab = BENCH.open();
        askTwiceAndOpenUsage(tab);

        Locator dialog = tab.page().locator(".session-usage");
        assertThat(dialog).containsText("tokens in 2 calls");
        assertThat(dialog.locator(".context-words")).containsText("of 100,000 tokens at the newest answer, at most");
        assertThat(dialog.locator("tbody tr")).hasCount(2);
        assertThat(tab.page().locator(".context-use")).isVisible();
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        tab.assertClean();
    }

    @Test
    void administrators_see_what_everybody_has_used() {
        used("adam", "/echo one");
        used("berta", "/echo one two three four five");
        BENCH.person().route("**/api/v1/dev/token", PageUsageIT::asAdmin);
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/usage");

        Locator page = tab.page().locator(".usage-page");
        assertThat(page.locator("tbody")).containsText("adam");
        assertThat(page.locator("tbody")).containsText("berta");
        assertThat(page.locator(".usage-chart rect")).hasCount(30);
        page.locator("[name=days]").selectOption("7");
        assertThat(page.locator(".usage-chart rect")).hasCount(7);
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        tab.assertClean();
    }

    /** Symptom: nobody saw more than the first 1,000 people, and of a long chat only the oldest runs. */
    @Test
    void what_does_not_fit_in_one_answer_is_read_page_by_page() {
        used("gina", "/echo one");
        used("hugo", "/echo one two");
        BENCH.person().route("**/api/v1/dev/token", PageUsageIT::asAdmin);
        BENCH.person().route(Pattern.compile(".*/usage[?].*limit=.*"), PageUsageIT::withOneRow);
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/usage");

        Locator rows = tab.page().locator(".usage-page tbody tr");
        assertThat(rows).hasCount(1);
        tab.button("Show more").click();
        assertThat(rows).hasCount(2);

        tab.page().navigate(BENCH.server().url() + "/");
        askTwiceAndOpenUsage(tab);
        assertThat(tab.page().locator(".session-usage tbody tr")).hasCount(2);
        tab.assertClean();
    }

    private static void askTwiceAndOpenUsage(Tab tab) {
        tab.awaitConnected();
        tab.ask("/echo hello");
        tab.awaitIdle();
        tab.ask("/echo again");
        tab.awaitIdle();
        awaitRecorded(BENCH.user(), 2);
        tab.page().locator("#chat-menu").click();
        tab.page()
                .getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("Usage"))
                .click();
    }

    private static void withOneRow(Route route) {
        String url = route.request().url();
        if (!url.contains("group=day")) url = url.replaceFirst("limit=[0-9]+", "limit=1");
        route.resume(new Route.ResumeOptions().setUrl(url));
    }

    @Test
    void others_are_told_that_the_page_of_all_is_not_for_them() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/usage");

        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
    }

    private static void used(String user, String text) {
        try (TestClient client = BENCH.server().client(user)) {
            String session = client.create();
            client.attachLive(session);
            client.awaitEnd(session, client.send(session, text).getString("run"));
        }
        awaitRecorded(user, 1);
    }

    /** It is written behind, and a page reads it once. */
    private static void awaitRecorded(String user, int calls) {
        await().atMost(Patience.LIMIT).until(() -> recorded(user) == calls);
    }

    private static int recorded(String user) {
        String report = BENCH.server()
                .call(
                        "GET",
                        "/api/v1/usage?group=model&limit=1000",
                        BENCH.server().token(user),
                        null)
                .body();
        return new JsonObject(report)
                .getJsonArray("rows").stream()
                        .mapToInt(row -> ((JsonObject) row).getInteger("calls"))
                        .sum();
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
