package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import io.reprise.testing.PageBench;
import io.reprise.testing.Patience;
import io.reprise.testing.Tab;
import io.reprise.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A chat that is deleted soon because nobody uses it, in the list of the page. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageExpiryIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of(
            "sessions.userTtlMinutes", "10",
            "sessions.graceMs", "59000",
            "sessions.bufferMs", "0",
            "gateway.noticeMs", "20",
            "jobs.pollMs", "100"));

    private Tab tab;
    private Locator row;

    @BeforeEach
    void an_old_chat_is_about_to_expire() throws SQLException {
        tab = BENCH.open();
        tab.ask("/echo old");
        tab.awaitIdle();
        String session = tab.session();
        tab.page().keyboard().press("Control+Shift+O");
        row = tab.page().locator("[data-session='" + session + "']");
        await().atMost(Patience.LIMIT).until(() -> BENCH.server().held().sessions() == 0);
        try (Connection connection = TestDatabase.connect(BENCH.server().database());
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE session SET updated_at = now() - interval '1 hour', used_at = NULL WHERE id = '"
                    + session + "'");
            statement.execute("UPDATE job SET next_at = now() WHERE name = 'session-expiry'");
        }
        assertThat(row.locator(".expiry")).containsText(Pattern.compile("in \\d+ s"));
    }

    @Test
    void it_counts_down_is_announced_and_is_kept_with_the_keyboard() {
        assertThat(tab.page().locator("#announcer"))
                .containsText(Pattern.compile("The chat “.+” is deleted in \\d+ s unless you keep it"));
        String first = row.locator(".expiry").innerText();
        assertThat(row.locator(".expiry")).not().hasText(first);

        row.locator("a").focus();
        tab.page().keyboard().press("ArrowRight");
        assertThat(row.locator(".keep-button")).isFocused();
        tab.page().keyboard().press("Enter");

        assertThat(row.locator(".expiry")).hasCount(0);
        assertThat(row.locator(".keep-button")).hasCount(0);
        assertThat(row.locator("a")).isFocused();
        assertThat(tab.page().locator("#announcer")).containsText("Chat kept");
        tab.assertClean();
    }

    @Test
    void it_is_kept_by_opening_it_in_any_tab() {
        Tab other = BENCH.open();

        other.page().navigate(BENCH.server().url() + "/#/s/" + row.getAttribute("data-session"));

        assertThat(row.locator(".expiry")).hasCount(0);
        assertThat(row).hasCount(1);
        tab.assertClean();
    }
}
