package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The position of chats in the list of the page: pinned, archived, and several at the same time. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageListIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("gateway.noticeMs", "20"));

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
        for (String name : List.of("one", "two", "three")) {
            tab.page().keyboard().press("Control+Shift+O");
            tab.ask("/echo " + name);
        }
        assertThat(tab.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    @Test
    void a_pinned_chat_is_on_top_in_every_tab_until_it_is_unpinned() {
        Tab other = BENCH.open();
        assertThat(other.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});

        choose("one", "Pin");

        for (Tab each : List.of(tab, other)) {
            assertThat(each.chats()).hasText(new String[] {"/echo one", "/echo three", "/echo two"});
            assertThat(each.page().locator(".day").first()).hasText("Pinned");
        }
        tab.page().reload();
        assertThat(tab.chats()).hasText(new String[] {"/echo one", "/echo three", "/echo two"});

        choose("one", "Unpin");
        for (Tab each : List.of(tab, other)) {
            assertThat(each.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});
            assertThat(each.page().locator(".day")).hasText(new String[] {"Today"});
        }
        other.assertClean();
    }

    @Test
    void an_archived_chat_is_hidden_from_the_list_until_it_is_unarchived() {
        Tab other = BENCH.open();
        choose("two", "Archive");
        for (Tab each : List.of(tab, other))
            assertThat(each.chats()).hasText(new String[] {"/echo three", "/echo one"});
        assertThat(tab.page().locator(".notice")).containsText("Chat archived");

        tab.button("Undo").click();
        for (Tab each : List.of(tab, other))
            assertThat(each.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});

        choose("two", "Archive");
        assertThat(tab.chats()).hasText(new String[] {"/echo three", "/echo one"});
        tab.button("Archived chats").click();
        assertThat(tab.chats()).hasText(new String[] {"/echo two"});
        choose("two", "Unarchive");
        assertThat(tab.page().locator(".session-list")).containsText("Nothing is archived.");
        tab.button("Back to your chats").click();
        for (Tab each : List.of(tab, other))
            assertThat(each.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});
        other.assertClean();
    }

    @Test
    void a_new_message_brings_an_archived_chat_back() {
        choose("three", "Archive"); // the open one
        assertThat(tab.chats()).hasText(new String[] {"/echo two", "/echo one"});
        assertThat(tab.page().locator(".archived-note")).isVisible();
        assertThat(tab.page().locator(".topbar h1")).hasText("/echo three");

        tab.ask("/echo again");

        assertThat(tab.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});
        assertThat(tab.page().locator(".archived-note")).hasCount(0);
    }

    @Test
    void a_search_finds_archived_chats_too_and_marks_them() {
        choose("two", "Archive");
        tab.page().locator("#search").fill("two");

        assertThat(tab.chats()).hasText(new String[] {"/echo two"});
        assertThat(tab.page().locator(".row-mark")).hasAttribute("aria-label", "archived");
    }

    @Test
    void several_chats_are_archived_by_keyboard_alone_and_come_back_at_once() {
        choose("three", "Select…");
        assertThat(box("three")).isFocused();
        assertThat(box("three")).isChecked();
        press("ArrowDown");
        press("ArrowDown");
        assertThat(box("one")).isFocused();
        press("Space");
        assertThat(tab.page().locator(".pick-count")).hasText("2 selected");

        tab.button("Archive").and(tab.page().locator(".pick-bar button")).focus();
        press("Enter");

        assertThat(tab.chats()).hasText(new String[] {"/echo two"});
        assertThat(tab.page().locator(".notice")).containsText("2 chats archived");
        tab.button("Undo").focus();
        press("Enter");
        assertThat(tab.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});
    }

    @Test
    void several_chats_are_deleted_with_one_confirmation() {
        Tab other = BENCH.open();
        tab.button("Select chats").click();
        box("three").click();
        box("one")
                .click(new Locator.ClickOptions()
                        .setModifiers(List.of(com.microsoft.playwright.options.KeyboardModifier.SHIFT)));
        assertThat(tab.page().locator(".pick-count")).hasText("3 selected");
        box("two").click();
        assertThat(tab.page().locator(".pick-count")).hasText("2 selected");

        press("Delete");
        assertThat(tab.page().locator("#dialog h2")).hasText("Delete these 2 chats?");
        assertThat(tab.button("Cancel")).isFocused();
        tab.page().locator("#dialog .danger").click();

        for (Tab each : List.of(tab, other)) assertThat(each.chats()).hasText(new String[] {"/echo two"});
        assertThat(tab.page().locator(".notice")).containsText("2 chats deleted");
        tab.page().reload();
        assertThat(tab.chats()).hasText(new String[] {"/echo two"});
        other.assertClean();
    }

    @Test
    void escape_ends_choosing_and_changes_nothing() {
        tab.button("Select chats").click();
        assertThat(box("three")).isFocused();
        press("Space");
        assertThat(tab.page().locator(".pick-count")).hasText("1 selected");
        press("Escape");

        assertThat(tab.page().locator(".pick-bar")).hasCount(0);
        assertThat(tab.chats()).hasText(new String[] {"/echo three", "/echo two", "/echo one"});
        assertThat(tab.button("Select chats")).isFocused();
    }

    private void choose(String chat, String item) {
        Locator row = tab.page().locator(".session").filter(new Locator.FilterOptions().setHasText(chat));
        row.locator(".menu-button").click();
        tab.page()
                .locator("#menu button")
                .filter(new Locator.FilterOptions().setHasText(item))
                .first()
                .click();
    }

    private Locator box(String chat) {
        return tab.page()
                .locator(".session.pick")
                .filter(new Locator.FilterOptions().setHasText(chat))
                .locator("input");
    }

    private void press(String keys) {
        tab.page().keyboard().press(keys);
    }
}
