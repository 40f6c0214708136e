package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Feedback on the page: buttons at each answer, and the page on which administrators review it. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageFeedbackIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void a_person_rates_an_answer_by_keyboard_says_why_and_takes_it_back() {
        Tab tab = BENCH.open();
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        tab.ask("/echo hello");
        tab.awaitAnswer("hello");
        Tab other = BENCH.open(tab.url());
        Locator good = tab.button("Good answer");
        Locator bad = tab.button("Bad answer");
        assertThat(good).hasAttribute("aria-pressed", "false");

        bad.focus();
        tab.page().keyboard().press("Enter");
        assertThat(bad).hasAttribute("aria-pressed", "true");
        assertThat(other.button("Bad answer")).hasAttribute("aria-pressed", "true");
        tab.page().getByLabel("Add a comment").click();
        assertThat(tab.page().locator("#feedback-comment")).isFocused();
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        Locator comment = tab.page().locator("#feedback-comment");
        comment.fill("é".repeat(1_001));
        tab.button("Save").click();
        assertThatObject(comment.evaluate("field => field.validationMessage"))
                .isEqualTo("Too long by 2 bytes of 2000.");
        comment.fill("");
        tab.page().keyboard().type("Too <b>short</b>");
        tab.button("Save").click();

        assertThat(other.page().getByLabel("Change the comment")).hasAttribute("title", "Too <b>short</b>");
        other.page().reload();
        assertThat(other.button("Bad answer")).hasAttribute("aria-pressed", "true");
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        bad.click();
        assertThat(bad).hasAttribute("aria-pressed", "false");
        assertThat(other.button("Bad answer")).hasAttribute("aria-pressed", "false");
        tab.assertClean();
    }

    @Test
    void an_administrator_filters_feedback_reads_the_chat_around_it_and_saves_both() throws IOException {
        BENCH.person().route("**/api/v1/dev/token", PageFeedbackIT::asAdmin);
        Tab tab = BENCH.open();
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        tab.ask("/echo for the review");
        tab.awaitAnswer("for the review");
        tab.button("Good answer").click();
        tab.page().getByLabel("Add a comment").click();
        tab.page().keyboard().type("Excellent");
        tab.button("Save").click();
        assertThat(tab.page().getByLabel("Change the comment")).hasCount(1);

        tab.page().navigate(BENCH.server().url() + "/#/admin/feedback");
        Locator entries = tab.page().locator(".audit-entry");
        tab.page().getByLabel("Words of the comment").fill("excell");
        tab.page().getByLabel("Words of the comment").blur();
        assertThat(entries).hasCount(1);
        assertThat(entries).containsText("Excellent");
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        tab.button("Show the chat around it").click();
        assertThat(tab.page().locator(".feedback-chat li")).hasCount(2);
        assertThat(tab.page().locator(".feedback-chat")).containsText("for the review");
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        tab.button("Close").click();
        Download saved = tab.page()
                .waitForDownload(
                        () -> tab.page().getByText("Save as JSON lines").click());
        assertThatObject(Files.readAllLines(saved.path()).stream()
                        .map(JsonObject::new)
                        .map(one -> one.getString("comment") + " "
                                + one.getJsonArray("messages").size())
                        .toList())
                .isEqualTo(List.of("Excellent 2"));

        tab.page().getByLabel("Rating").selectOption("down");
        assertThat(tab.page().getByText("Nothing matches.")).isVisible();
        tab.assertClean();
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
