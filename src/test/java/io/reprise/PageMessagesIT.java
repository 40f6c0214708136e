package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import io.reprise.testing.Gate;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages that are sent again, changed, or sent during an answer, each as two tabs see it. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageMessagesIT {
    private static final Gate GATE = new Gate();

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of(), GATE);

    private Tab tab;
    private Tab other;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
        if (other != null) other.assertClean();
    }

    /** Symptom: on a phone the buttons below a long message stood lower than the one beside them that shows all of it. */
    @Test
    void on_a_phone_the_buttons_of_a_long_message_stand_in_one_line() {
        Browser.NewContextOptions hands = new Browser.NewContextOptions()
                .setViewportSize(390, 844)
                .setHasTouch(true)
                .setIsMobile(true);
        try (BrowserContext phone = BENCH.browser().person(BENCH.user(), hands)) {
            Tab touched = BENCH.browser().open(phone, BENCH.server().url());
            touched.ask("/echo " + "line\n".repeat(30));

            double unfold = middle(touched.button("Show all"));
            double fork = middle(touched.page().locator(".message.user .fork"));

            assertThat(fork).isCloseTo(unfold, within(2.0));
            touched.assertClean();
        }
    }

    private static double middle(Locator element) {
        BoundingBox box = element.boundingBox();
        return box.y + box.height / 2;
    }

    @Test
    void a_message_is_changed_and_what_followed_it_is_gone_in_every_tab() {
        tab.ask("/echo one");
        tab.ask("/echo two");
        tab.ask("/echo three");
        inAnotherTab();

        tab.button("Edit this message").nth(1).click();
        Locator editor = tab.page().getByLabel("Message text");
        assertThat(editor).isFocused();
        editor.fill("/echo zwei");
        editor.press("Enter");

        for (Tab each : tabs()) {
            assertThat(answers(each)).hasText(new String[] {"one", "zwei"});
            assertThat(said(each)).hasText(new String[] {"/echo one", "/echo zwei"});
        }
        assertThat(tab.composer()).isFocused();
        other.page().reload();
        other.awaitConnected();
        assertThat(answers(other)).hasText(new String[] {"one", "zwei"});
    }

    @Test
    void a_cancelled_change_of_a_message_changes_nothing() {
        tab.ask("/echo one");

        tab.page().keyboard().press("ArrowUp");
        Locator editor = tab.page().getByLabel("Message text");
        editor.fill("something else");
        editor.press("Escape");

        assertThat(editor).hasCount(0);
        assertThat(tab.composer()).isFocused(); // where it began
        assertThat(answers(tab)).hasText(new String[] {"one"});
    }

    @Test
    void a_question_is_answered_again() {
        tab.ask("/echo one");
        tab.ask("/tool time {}");
        inAnotherTab();
        String before = tab.page().locator(".message.user").last().getAttribute("data-message");

        tab.button("Answer again").click();

        for (Tab each : tabs()) {
            Locator last = each.page().locator(".message.user").last();
            assertThat(last).not().hasAttribute("data-message", before);
            assertThat(each.page().locator(".tool-card.done")).hasCount(1);
            each.awaitIdle();
            assertThat(said(each)).hasCount(2);
            assertThat(answers(each)).hasCount(2);
        }
    }

    @Test
    void a_chat_is_forked_after_an_answer_and_the_old_one_stays() {
        tab.ask("/echo one");
        tab.ask("/echo two");
        inAnotherTab();
        String before = tab.url();

        tab.page().locator(".message.assistant .fork").first().click();

        assertThat(answers(tab)).hasText(new String[] {"one"});
        assertThat(said(tab)).hasText(new String[] {"/echo one"});
        assertThat(tab.composer()).isFocused();
        assertThat(tab.page()).not().hasURL(before);
        tab.ask("/echo another way");
        assertThat(answers(tab)).hasText(new String[] {"one", "another way"});
        assertThat(answers(other)).hasText(new String[] {"one", "two"});
    }

    @Test
    void a_failed_answer_is_retried() {
        tab.ask("/fail 429");
        assertThat(tab.outcome()).containsText("The rate limit of the model provider was reached");
        Locator question = tab.page().locator(".message.user:not(.pending)");
        String before = question.getAttribute("data-message");

        tab.button("Try again").click();

        assertThat(question).not().hasAttribute("data-message", before);
        assertThat(question).hasCount(1);
        assertThat(tab.button("Try again")).isVisible();
        assertThat(tab.outcome()).hasCount(1);
    }

    @Test
    void a_message_interrupts_the_answer_and_what_was_written_stays() {
        tab.say("/stream 100000 40");
        tab.awaitAnswer("w20 ");
        inAnotherTab();

        tab.composer().fill("/echo at once");
        tab.composer().press("Control+Shift+Enter");

        for (Tab each : tabs()) {
            assertThat(each.answer()).hasText("at once");
            assertThat(each.outcome()).hasText("Stopped");
            assertThat(answers(each)).hasCount(2);
            assertThat(answers(each).first()).containsText("w20 ");
        }
    }

    @Test
    void queue_steer_and_interrupt_can_be_chosen_by_pointer() {
        tab.say("/hang");
        assertThat(tab.button("Stop")).isVisible();

        tab.composer().fill("/echo later");
        tab.button("Queue").first().click();
        assertThat(tab.chips()).hasText("/echo later");
        tab.composer().fill("/echo now");
        tab.button("Interrupt").click();

        assertThat(answers(tab)).hasText(new String[] {"now", "later"});
        assertThat(tab.chips()).hasCount(0);
    }

    @Test
    void a_message_steers_the_answer_that_is_in_progress() {
        tab.say(Gate.CALL);
        assertThat(tab.page().locator(".tool-card.running")).isVisible();

        tab.composer().fill("and be kind");
        tab.composer().press("Control+Enter");

        assertThat(tab.page().locator(".chip-tag")).hasText("steers");
        GATE.open(tab.session());
        assertThat(said(tab)).hasText(new String[] {Gate.CALL, "and be kind"});
        tab.awaitIdle();
        assertThat(tab.chips()).hasCount(0);
    }

    private void inAnotherTab() {
        other = BENCH.open(tab.url());
        assertThat(said(other)).hasCount(said(tab).count());
    }

    private List<Tab> tabs() {
        return List.of(tab, other);
    }

    private static Locator answers(Tab tab) {
        return tab.page().locator(".message.assistant markdown-text");
    }

    private static Locator said(Tab tab) {
        Page page = tab.page();
        return page.locator(".message.user:not(.pending) .bubble");
    }
}
