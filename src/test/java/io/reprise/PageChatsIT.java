package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operations on whole chats on the page. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageChatsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
        tab.ask("/echo the **first** chat");
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    @Test
    void a_chat_is_renamed_from_its_header_and_other_tabs_show_the_name() {
        assumeOffered("operationId: updateSession");
        Tab other = BENCH.open(tab.url());
        assertThat(other.answer()).hasText("the first chat");

        tab.button("Menu of this chat").click();
        tab.menuItem("Rename").click();
        title().fill("A better name");
        title().press("Enter");

        for (Tab each : new Tab[] {tab, other}) {
            assertThat(each.page().locator(".topbar h1")).hasText("A better name");
            assertThat(each.chats()).hasText("A better name");
        }
        assertThat(tab.button("Menu of this chat")).isFocused();
        other.assertClean();
    }

    @Test
    void a_chat_is_renamed_in_the_list_by_keyboard_and_escape_changes_nothing() {
        assumeOffered("operationId: updateSession");
        Locator link = tab.page().locator(".session a");
        String before = tab.chats().textContent();
        link.focus();

        tab.page().keyboard().press("F2");
        assertThat(title()).isFocused();
        title().fill("never mind");
        title().press("Escape");
        assertThat(tab.chats()).hasText(before);
        assertThat(link).isFocused();
        tab.page().keyboard().press("F2");
        title().fill("By keyboard");
        title().press("Enter");

        assertThat(tab.chats()).hasText("By keyboard");
        tab.page().reload();
        assertThat(tab.chats()).hasText("By keyboard");
    }

    @Test
    void a_summary_that_cannot_be_made_says_so() {
        tab.button("Menu of this chat").click();
        tab.menuItem("Summarise now").click();

        assertThat(tab.page().locator(".notice")).containsText("There is nothing to summarise");
        assertThat(tab.page().locator(".outcome.failed")).hasCount(0);
    }

    @Test
    void a_call_that_its_client_is_to_execute_waits_until_somebody_does_not() {
        String session = tab.url().replaceFirst(".*#/s/", "");
        String tools =
                "[{\"name\":\"pick_colour\",\"description\":\"Asks for a colour.\",\"parameters\":{\"type\":\"object\"}}]";
        String message = "{\"text\":\"/tool pick_colour {}\",\"tools\":" + tools + "}";
        BENCH.server()
                .call(
                        "POST",
                        "/api/v1/sessions/" + session + "/messages",
                        BENCH.server().token(BENCH.user()),
                        message);
        Locator card = tab.page().locator(".tool-card.waiting");

        assertThat(card.locator(".tool-state")).containsText("Waiting");
        assertThat(card.locator(".spinner")).hasCount(0);
        tab.button("Do not wait").click();

        assertThat(tab.page().locator(".tool-card.cancelled .tool-state")).containsText("Cancelled");
        assertThat(tab.button("Do not wait")).hasCount(0);
    }

    @Test
    void a_search_finds_words_of_answers_and_marks_them() {
        assumeOffered("name: q\n");
        tab.page().keyboard().press("Control+Shift+O");
        tab.ask("/echo a walk through Lisbon");
        assertThat(tab.chats()).hasCount(2);

        tab.page().keyboard().press("Control+k");
        assertThat(tab.page().locator("#search")).isFocused();
        tab.page().keyboard().type("lisbon");
        assertThat(tab.chats()).hasCount(1);
        assertThat(tab.page().locator(".snippet mark").first()).hasText("Lisbon");

        tab.page().locator("#search").fill("nowhere to be found");
        assertThat(tab.page().locator(".session-list")).hasText("Nothing found.");
        tab.page().keyboard().press("Escape");
        assertThat(tab.chats()).hasCount(2);
    }

    @Test
    void a_chat_is_exported_for_people_and_for_programs() throws IOException {
        assumeOffered("/sessions/{session}/export:");
        String markdown = exported("Export as Markdown", ".md");
        assertThat(markdown).contains("the **first** chat");

        JsonObject json = new JsonObject(exported("Export as JSON", ".json"));
        assertThat(json.encode()).contains("the **first** chat");
    }

    @Test
    void a_chat_is_cleared_in_every_tab_and_continues() {
        assumeOffered("/sessions/{session}/clear:");
        Tab other = BENCH.open(tab.url());
        assertThat(other.answer()).hasText("the first chat");

        tab.button("Menu of this chat").click();
        tab.menuItem("Clear…").click();
        assertThat(tab.button("Cancel")).isFocused();
        tab.button("Clear it").click();

        assertThat(tab.page().locator(".message")).hasCount(0);
        assertThat(other.page().locator(".message")).hasCount(0);
        assertThat(other.lostLine()).hasCount(0);
        tab.ask("/echo afresh");
        assertThat(other.answer()).hasText("afresh");
        other.assertClean();
    }

    @Test
    void the_list_of_a_tab_that_shows_another_chat_is_updated() {
        Tab other = BENCH.open();
        assertThat(other.chats()).hasCount(1);
        long reads = other.requests("/api/v1/sessions");

        tab.page().keyboard().press("Control+Shift+O");
        tab.ask("/echo second");
        assertThat(other.chats()).hasCount(2);
        tab.button("Menu of this chat").click();
        tab.menuItem("Delete…").click();
        tab.button("Delete it").click();

        assertThat(other.chats()).hasCount(1);
        org.assertj.core.api.Assertions.assertThat(other.requests("/api/v1/sessions") - reads)
                .as("one reading for what came together")
                .isBetween(2L, 12L);
        org.assertj.core.api.Assertions.assertThat(other.requests("/openapi.yaml"))
                .isZero();
        other.assertClean();
    }

    @Test
    void a_deletion_is_asked_about_first() {
        tab.button("Menu of this chat").click();
        tab.menuItem("Delete…").click();
        assertThat(tab.button("Cancel")).isFocused();
        tab.page().keyboard().press("Enter");
        assertThat(tab.chats()).hasCount(1);

        tab.button("Menu of this chat").click();
        tab.menuItem("Delete…").click();
        tab.button("Delete it").click();

        assertThat(tab.chats()).hasCount(0);
        assertThat(tab.page().locator(".empty")).isVisible();
    }

    /** The page shows no control for operations that are not in the contract, so there is nothing to try. */
    private static void assumeOffered(String mark) {
        assumeThat(BENCH.server().call("GET", "/openapi.yaml", null, null).body())
                .contains(mark);
    }

    private Locator title() {
        return tab.page().getByLabel("Title", new Page.GetByLabelOptions().setExact(true));
    }

    private String exported(String item, String ending) throws IOException {
        tab.button("Menu of this chat").click();
        Download download = tab.page().waitForDownload(() -> tab.menuItem(item).click());
        assertThat(download.suggestedFilename()).endsWith(ending);
        return Files.readString(download.path());
    }
}
