package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page without a mouse, and the content of the clipboard afterwards. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageKeyboardIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    @Test
    void the_help_names_the_keys_and_gives_the_focus_back() {
        tab.composer().fill("what is this?");
        assertThat(dialog()).isHidden(); // in the field it is a question mark

        press("Control+/");
        assertThat(dialog()).containsText("New chat");
        press("Escape");

        assertThat(dialog()).isHidden();
        assertThat(tab.composer()).isFocused();
        tab.page().locator("#transcript").focus();
        press("?");
        assertThat(dialog()).isVisible();
    }

    /** Symptom: on a phone the help was open at its end, because the button there has the focus. */
    @Test
    void on_a_phone_the_help_begins_at_its_beginning_and_can_be_closed_there() {
        tab.page().setViewportSize(390, 500);

        press("Control+/");

        assertThat(dialog().locator("h2")).isInViewport();
        assertThat(dialog().locator(".primary")).isInViewport();
        assertThat(dialog().locator(".primary")).isFocused();
    }

    @Test
    void the_keyboard_moves_through_the_chats() {
        tab.ask("/echo first");
        press("Control+Shift+O");
        tab.ask("/echo second");
        assertThat(tab.chats()).hasCount(2);

        press("Alt+ArrowDown");
        assertThat(tab.answer()).hasText("first");
        press("Alt+ArrowUp");
        assertThat(tab.answer()).hasText("second");

        tab.page().locator(".session a").first().focus();
        press("ArrowDown");
        press("Enter");
        assertThat(tab.answer()).hasText("first");
    }

    @Test
    void a_menu_is_walked_through_and_gives_the_focus_back() {
        tab.ask("/echo something");
        Locator button = tab.button("Menu of this chat");
        button.focus();

        press("Enter");
        Locator first = tab.page().getByRole(AriaRole.MENUITEM).first();
        assertThat(first).isFocused();
        press("ArrowUp");
        assertThat(tab.menuItem("Delete…")).isFocused();
        press("Home");
        assertThat(first).isFocused();
        press("Escape");

        assertThat(tab.page().locator("#menu")).isHidden();
        assertThat(button).isFocused();
        assertThat(tab.page().locator(".stop")).hasCount(0);
    }

    @Test
    void escape_closes_what_is_open_before_it_stops_the_answer() {
        tab.say("/hang");
        assertThat(tab.button("Stop")).isVisible();

        press("Control+/");
        press("Escape");
        assertThat(dialog()).isHidden();
        assertThat(tab.button("Stop")).isVisible();
        press("Escape");

        assertThat(tab.outcome()).hasText("Stopped");
    }

    /** Symptom: leaving the field with this key stopped the answer. */
    @Test
    void escape_has_to_come_twice_where_something_is_written() {
        tab.say("/hang");
        assertThat(tab.button("Stop")).isVisible();
        tab.composer().fill("half a sentence");
        tab.composer().focus();

        press("Escape");
        assertThat(tab.page().locator("#composer-hint")).hasText("Esc once more stops the answer");
        press("End");
        assertThat(tab.page().locator(".busy-choice")).isVisible();
        press("Escape");
        assertThat(tab.button("Stop")).isVisible();
        press("Escape");

        assertThat(tab.outcome()).hasText("Stopped");
        assertThat(tab.composer()).hasValue("half a sentence");
    }

    @Test
    void the_list_is_hidden_by_a_key_and_stays_so() {
        Locator list = tab.page().locator(".sidebar");
        assertThat(list).isVisible();

        tab.button("Hide the list").click();
        assertThat(list).isHidden();
        assertThat(tab.button("Your chats")).isFocused();
        tab.page().reload();
        assertThat(tab.button("Your chats")).isVisible();
        assertThat(list).isHidden();
        tab.button("Your chats").press("Enter");
        assertThat(tab.button("Hide the list")).isFocused();

        press("Control+b");
        assertThat(list).isHidden();
        tab.awaitConnected(); // before that the page does not know whether the server can search
        press("Control+k"); // who searches wants to see what is found
        assertThat(list).isVisible();
        assertThat(tab.page().locator("#search")).isFocused();
    }

    /** Symptom: with fifty chats, a hundred tab stops came before the message field. */
    @Test
    void the_list_of_chats_is_one_stop_of_the_tab_key() {
        for (String name : List.of("one", "two", "three")) {
            press("Control+Shift+O");
            tab.ask("/echo " + name);
        }
        Locator links = tab.page().locator(".session > a");
        assertThat(links).hasCount(3);
        assertThat(tab.page().locator(".session [tabindex='0']")).hasCount(1);

        tab.page().locator("#other-list").focus(); // the last button above the list
        press("Tab");
        assertThat(links.nth(0)).isFocused(); // the open chat
        press("ArrowDown");
        press("ArrowDown");
        assertThat(links.nth(2)).isFocused();
        press("ArrowRight");
        assertThat(tab.page().locator(".session .menu-button").nth(2)).isFocused();
        press("ArrowLeft");
        press("Home");
        assertThat(links.nth(0)).isFocused();
        press("End");
        assertThat(links.nth(2)).isFocused();
        press("Tab");
        assertThat(tab.page().locator(".user-button")).isFocused();
        press("Shift+Tab");
        assertThat(links.nth(0)).isFocused();
        press("ArrowUp");
        assertThat(tab.page().locator("#search")).isFocused();
    }

    @Test
    void the_up_key_changes_the_message_that_waits() {
        tab.say("/hang");
        tab.say("a first thought");
        assertThat(tab.chips()).hasText("a first thought");

        press("ArrowUp");
        Locator editor = tab.page().getByLabel("Queued message", new Page.GetByLabelOptions().setExact(true));
        assertThat(editor).isFocused();
        editor.fill("a second thought");
        press("Enter");

        assertThat(tab.chips()).hasText("a second thought");
        assertThat(tab.composer()).isFocused();
    }

    @Test
    void all_queued_messages_are_removed_and_the_answer_continues() {
        tab.say("/hang");
        tab.say("one");
        tab.say("two");
        assertThat(tab.chips()).hasCount(2);

        tab.button("Remove all").click();

        assertThat(tab.chips()).hasCount(0);
        assertThat(tab.button("Stop")).isVisible();
    }

    @Test
    void messages_and_code_are_copied_as_they_were_written() {
        BENCH.person().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        tab.ask("/echo A **list**:\n\n```js\nlet a = 1 < 2\n```");

        tab.button("Copy this answer").click();
        awaitClipboard("A **list**:\n\n```js\nlet a = 1 < 2\n```");
        tab.button("Copy code").click();
        awaitClipboard("let a = 1 < 2\n");
        tab.button("Copy this message").focus();
        press("Enter");
        awaitClipboard("/echo A **list**:\n\n```js\nlet a = 1 < 2\n```");
    }

    @Test
    void a_long_message_is_folded_until_it_is_asked_for() {
        tab.ask("/echo " + "many words\n".repeat(60));
        Locator bubble = tab.page().locator(".message.user .bubble");
        assertThat(tab.button("Show all")).isVisible();
        double folded = bubble.boundingBox().height;

        tab.button("Show all").click();

        assertThat(tab.button("Show less")).hasAttribute("aria-expanded", "true");
        assertThat(bubble.boundingBox().height).isGreaterThan(2 * folded);
    }

    /**
     * Symptom: the key opened the chat and then became a line break in its message. Cause: the focus had moved by then.
     */
    @Test
    void enter_in_the_search_opens_the_first_hit_and_writes_nothing() {
        tab.ask("/echo a needle");
        press("Control+Shift+O");
        press("Control+k");
        tab.page().keyboard().type("needle");
        assertThat(tab.page().locator(".session .snippet")).hasCount(1);

        press("Enter");

        assertThat(tab.answer()).hasText("a needle");
        assertThat(tab.composer()).isFocused();
        assertThat(tab.composer()).hasValue("");
    }

    /** Symptom: the first letters went into the message. Cause: the focus moved two frames after the key. */
    @Test
    void text_typed_after_the_search_key_is_searched() {
        tab.composer().focus();

        press("Control+k");
        tab.page().keyboard().type("hello");

        assertThat(tab.page().locator("#search")).hasValue("hello");
        assertThat(tab.composer()).hasValue("");
    }

    /** Symptom: text typed next pressed the pencil button and was written into the old message. */
    @Test
    void leaving_the_editor_of_a_message_returns_the_focus() {
        tab.ask("/echo base");
        tab.composer().focus();
        press("ArrowUp");
        Locator editor = tab.page().locator(".revising textarea");
        assertThat(editor).isFocused();

        press("Escape");
        assertThat(editor).hasCount(0);
        assertThat(tab.composer()).isFocused();

        tab.button("Edit this message").click();
        assertThat(editor).isFocused();
        press("Escape");
        assertThat(tab.button("Edit this message")).isFocused();
        tab.page().keyboard().type("words");
        assertThat(tab.composer()).hasValue("words");
        assertThat(editor).hasCount(0);
    }

    /** Symptom to prevent: no way to start a second line, because keyboards of phones have no Shift. */
    @Test
    void on_a_phone_enter_begins_a_new_line_and_the_button_sends() {
        try (BrowserContext phone = BENCH.browser()
                .person(
                        "phone",
                        new Browser.NewContextOptions()
                                .setViewportSize(390, 844)
                                .setHasTouch(true))) {
            Tab touched = BENCH.browser().open(phone, BENCH.server().url());
            touched.composer().fill("/echo one");
            touched.composer().press("Enter");
            touched.composer().pressSequentially("two");

            assertThat(touched.composer()).hasValue("/echo one\ntwo");
            assertThat(touched.composer()).hasAttribute("enterkeyhint", "enter");
            touched.button("Send message").tap();
            assertThat(touched.page().locator(".bubble")).hasText("/echo one\ntwo");
            touched.assertClean();
        }
    }

    /** Symptom to prevent: a reader in the middle of a long answer is scrolled to its end by each new delta. */
    @Test
    void a_reader_who_has_scrolled_up_keeps_the_position() {
        tab.ask("/stream 1500 0");
        tab.say("/stream 100000 40");
        tab.awaitAnswer("w20 ");
        tab.page().locator("#transcript").evaluate("area => { area.scrollTop = 40 }");
        assertThat(tab.button("Jump to newest")).isVisible();

        tab.awaitAnswer("w60 ");
        assertThat((int) tab.page().locator("#transcript").evaluate("area => area.scrollTop"))
                .isEqualTo(40);
        tab.button("Jump to newest").click();

        assertThat(tab.button("Jump to newest")).hasCount(0);
        tab.awaitAnswer("w80 ");
        assertThat(tab.answer()).isInViewport();
        tab.stop();
    }

    private Locator dialog() {
        return tab.page().locator("#dialog");
    }

    private void press(String keys) {
        tab.page().keyboard().press(keys);
    }

    /** The page writes it after the click. */
    private void awaitClipboard(String text) {
        tab.page().waitForCondition(() -> text.equals(tab.page().evaluate("navigator.clipboard.readText()")));
    }
}
