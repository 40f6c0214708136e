package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on which people see and delete the notes about them. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageMemoryIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void people_see_what_an_agent_has_saved_and_find_and_delete_it() {
        Tab tab = BENCH.open();
        tab.awaitConnected();
        tab.ask("/tool memory {\"action\":\"save\",\"text\":\"Prefers trains <b>to</b> planes\"}");
        tab.awaitIdle();
        tab.page().navigate(BENCH.server().url() + "/#/memory");
        Locator notes = tab.page().locator(".memories li");
        assertThat(notes).hasCount(1);
        assertThat(notes.first()).containsText("Prefers trains <b>to</b> planes");
        assertThat(notes.first()).containsText("Saved by an agent");

        tab.page().locator("[name=text]").fill("Likes tea");
        button(tab, "Save").click();
        assertThat(notes).hasCount(2);
        tab.page().locator("[name=query]").fill("tea");
        button(tab, "Search").click();
        assertThat(notes).hasCount(1);
        assertThat(notes.first()).containsText("Likes tea");
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        assertThatObject(new AxeBuilder(tab.page()).analyze().getViolations()).isEqualTo(List.of());
        button(tab, "Delete this note").click();
        assertThat(notes).hasCount(0);
        tab.page().locator("[name=query]").fill("");
        button(tab, "Search").click();
        assertThat(notes).hasCount(1);

        tab.page().locator("[name=memory]").uncheck();

        assertThat(tab.page().locator("[name=text]")).hasCount(0);
        assertThat(notes).hasCount(1);
        tab.page().locator("[name=memory]").check();
        assertThat(tab.page().locator("[name=text]")).hasCount(1);
        tab.assertClean();
    }

    @Test
    void people_export_their_notes_as_a_file() throws IOException {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/memory");
        assertThat(tab.page().locator("[name=text]")).isVisible();
        assertThat(button(tab, "Export")).hasCount(0);
        tab.page().locator("[name=text]").fill("Likes żółw tea");
        button(tab, "Save").click();

        Download download =
                tab.page().waitForDownload(() -> button(tab, "Export").click());

        assertThatObject(download.suggestedFilename()).isEqualTo("memory.json");
        try (InputStream file = download.createReadStream()) {
            String written = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            assertThatObject(new JsonObject(written)
                            .getJsonArray("memories")
                            .getJsonObject(0)
                            .getString("text"))
                    .isEqualTo("Likes żółw tea");
        }
        tab.assertClean();
    }

    private static Locator button(Tab tab, String name) {
        return tab.page()
                .getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
