package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls that a user decides about on the page, each as two tabs see it. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageApprovalsIT {
    private static final String CALL = "/tool sleep {\"seconds\": 0.01}";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("interrupts.tools", "sleep"));

    private Tab tab;
    private Tab other;

    @BeforeEach
    void a_call_waits_in_two_tabs() {
        tab = BENCH.open();
        tab.say(CALL);
        assertThat(tab.toolCard("waiting")).isVisible();
        other = BENCH.open(tab.url());
        assertThat(other.toolCard("waiting")).isVisible();
    }

    @AfterEach
    void clean() {
        for (Tab each : tabs()) each.assertClean();
    }

    @Test
    void a_call_is_approved_and_the_answer_continues_in_every_tab() {
        assertThat(tab.toolCard("waiting")).containsText("seconds");
        assertThat(tab.toolCard("waiting")).containsText(Pattern.compile("Expires (today|tomorrow) at \\d\\d:\\d\\d"));

        tab.button("Approve").click();

        for (Tab each : tabs()) {
            assertThat(each.toolCard("done")).containsText("You approved it");
            assertThat(each.answer()).containsText("Slept for 0.01 s");
            assertThat(each.page().locator(".asks")).hasCount(0);
        }
        assertThat(tab.composer()).isFocused();
    }

    @Test
    void a_decision_can_be_made_with_the_keyboard_alone() {
        assertThat(tab.page().locator("#announcer")).containsText("Your decision is needed: sleep");

        tab.button("Go to it").press("Enter");
        assertThat(tab.button("Approve")).isFocused();
        tab.page().keyboard().press("Tab");
        tab.page().keyboard().press("Tab");
        tab.page().keyboard().press("Enter");
        assertThat(tab.page().getByLabel("Why not, for the agent")).isFocused();
        tab.page().keyboard().press("Escape");
        assertThat(tab.button("Reject")).isFocused();
        assertThat(tab.toolCard("waiting")).isVisible();
        tab.page().keyboard().press("Enter");
        assertThat(tab.page().getByLabel("Why not, for the agent")).isFocused();
        tab.page().keyboard().type("No time");
        tab.page().keyboard().press("Enter");

        for (Tab each : tabs()) assertThat(each.toolCard("rejected")).containsText("You rejected it: No time");
        assertThat(tab.composer()).isFocused();
    }

    @Test
    void invalid_json_is_reported_and_the_edited_call_is_made() {
        tab.button("Edit").click();
        Locator field = tab.page()
                .getByLabel("Arguments", new com.microsoft.playwright.Page.GetByLabelOptions().setExact(true));
        assertThat(field).isFocused();
        assertThat(field).hasValue("{\n  \"seconds\": 0.01\n}");
        field.fill("{\n  \"seconds\": 0.02,\n}");
        tab.button("Approve with changes").click();
        assertThat(tab.page().locator(".form-error")).hasText("This is not JSON yet: look at line 3.");
        assertThat(field).isFocused();
        field.fill("[0.02]");
        tab.button("Approve with changes").click();
        assertThat(tab.page().locator(".form-error")).containsText("one JSON object");

        field.fill("{\n  \"seconds\": 0.02\n}");
        field.press("Control+Enter");

        for (Tab each : tabs()) {
            assertThat(each.toolCard("done")).containsText("You approved it with changes");
            assertThat(each.toolCard("done").locator(".tool-brief")).hasText("seconds: 0.02");
        }
    }

    @Test
    void a_person_answers_in_place_of_the_tool() {
        tab.button("Answer for it").click();
        Locator field = tab.page().getByLabel("The result that the agent gets instead");
        field.press("Enter");
        assertThat(tab.page().locator(".form-error")).containsText("Write what the agent is to get");
        field.fill("I slept for it");
        field.press("Enter");

        for (Tab each : tabs()) {
            assertThat(each.toolCard("done")).containsText("You answered for it");
            assertThat(each.toolCard("done").locator(".tool-state")).hasText("Answered");
            assertThat(each.answer()).containsText("I slept for it");
        }
    }

    /** Symptom without it: a tab with an open form still asks about a call that was made long ago. */
    @Test
    void a_decision_in_one_tab_closes_the_form_that_is_open_in_the_other() {
        other.button("Reject").click();
        other.page().getByLabel("Why not, for the agent").fill("Because");

        tab.button("Approve").click();

        assertThat(other.toolCard("done")).containsText("You approved it");
        assertThat(other.toolCard("waiting")).hasCount(0);
        assertThat(other.page().getByLabel("Why not, for the agent")).hasCount(0);
        assertThat(other.page().locator("#composer-hint")).not().containsText("waits until you have decided");
    }

    @Test
    void several_calls_are_decided_one_by_one_in_either_tab() {
        tab.button("Drop it").click();
        assertThat(tab.toolCard("cancelled")).isVisible();
        tab.composer().fill("/tool sleep {\"seconds\": 0.02}");
        tab.composer().press("Shift+Enter");
        tab.composer().pressSequentially("/tool sleep {\"seconds\": 0.03}");
        tab.composer().press("Enter");
        for (Tab each : tabs()) {
            assertThat(each.toolCard("waiting")).hasCount(2);
            assertThat(each.page().locator(".asks")).containsText("2");
        }

        approve(other, "0.03");
        for (Tab each : tabs()) {
            assertThat(each.toolCard("waiting")).hasCount(1);
            assertThat(each.toolCard("waiting")).containsText("0.02");
        }
        approve(tab, "0.02");

        for (Tab each : tabs()) {
            assertThat(each.toolCard("done")).hasCount(2);
            assertThat(each.answer()).containsText("Slept for 0.02 s");
            assertThat(each.answer()).containsText("Slept for 0.03 s");
        }
    }

    private static void approve(Tab in, String call) {
        in.toolCard("waiting")
                .filter(new Locator.FilterOptions().setHasText(call))
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Approve"))
                .click();
    }

    @Test
    void a_decision_is_shown_after_a_reload() {
        other.page().reload();
        other.awaitConnected();
        other.button("Reject").click();
        other.page().getByLabel("Why not, for the agent").fill("Too late");
        other.page().keyboard().press("Enter");
        assertThat(tab.toolCard("rejected")).isVisible();

        for (Tab each : tabs()) {
            each.page().reload();
            each.awaitConnected();
            assertThat(each.toolCard("rejected")).containsText("You rejected it: Too late");
            assertThat(each.toolCard("waiting")).hasCount(0);
        }
    }

    @Test
    void messages_wait_for_the_decision() {
        assertThat(tab.page().locator("#composer-hint")).containsText("waits until you have decided");
        tab.say("/echo afterwards");

        for (Tab each : tabs()) {
            assertThat(each.chips()).hasText("/echo afterwards");
            assertThat(each.page().locator(".queue h2")).containsText("waits for your decision");
        }
        other.button("Approve").click();

        for (Tab each : tabs()) assertThat(each.answer()).hasText("afterwards");
    }

    @Test
    void a_request_is_dropped_and_the_chat_continues() {
        tab.page().keyboard().press("Escape");
        assertThat(tab.toolCard("waiting")).isVisible();

        tab.button("Drop it").click();

        for (Tab each : tabs()) assertThat(each.toolCard("cancelled")).containsText("You dropped the request");
        other.ask("/echo and on");
        for (Tab each : tabs()) assertThat(each.answer()).hasText("and on");
    }

    @Test
    void the_list_says_that_a_chat_waits() {
        Locator mark = other.page().getByLabel("waits for your decision");
        assertThat(mark).isVisible();
        other.page().locator(".new-chat").click();
        assertThat(mark).isVisible();

        tab.button("Approve").click();

        assertThat(tab.toolCard("done")).isVisible();
        other.page().reload();
        assertThat(other.chats()).hasCount(1);
        assertThat(mark).hasCount(0);
    }

    private List<Tab> tabs() {
        return List.of(tab, other);
    }
}
