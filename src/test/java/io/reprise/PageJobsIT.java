package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on which administrators manage maintenance jobs. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageJobsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("jobs.pollMs", "100"));

    @Test
    void an_administrator_runs_a_job_and_reads_what_it_did() throws SQLException {
        execute("""
                INSERT INTO claim (user_id, session_id, id, hash, result, at)
                SELECT 'ada', 's_old', 'c' || n, 'h', '{}', now() - interval '25 hours' FROM generate_series(1, 7) AS n""");
        Tab tab = openAsAdmin();
        Locator card = tab.page().locator("[data-job=claim-cleanup]");
        assertThat(card).containsText("It has not run yet.");
        assertThat(card.locator("time.first")).containsText("Next:");

        card.getByText("Run now").click();

        assertThat(card.locator(".last-run"))
                .containsText(Pattern.compile("Done.*7 looked at, 7 deleted \\(older than 1 day\\)", Pattern.DOTALL));
        card.getByText("History").click();
        assertThat(card.locator("ol li")).hasCount(1);
        assertThat(card.locator("ol li")).containsText("asked for by " + BENCH.user());
        assertThat(card.locator("svg.job-chart rect")).hasCount(1);
        tab.assertClean();
    }

    @Test
    void a_job_is_paused_and_resumed() {
        Tab tab = openAsAdmin();
        Locator card = tab.page().locator("[data-job=audit-retention]");

        card.getByText("Pause").click();
        assertThat(card.locator(".first")).hasText("Paused");
        tab.page().reload();
        assertThat(card.locator(".first")).hasText("Paused");
        card.getByText("Continue").click();

        assertThat(card.locator("time.first")).containsText("Next:");
        tab.assertClean();
    }

    @Test
    void users_without_the_role_are_told_so_and_can_go_back() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/jobs");

        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
        tab.page().getByText("New chat").first().click();
        assertThat(tab.page().locator("#message")).isVisible();
    }

    @Test
    void the_page_is_loaded_when_it_is_opened() {
        Tab tab = BENCH.open();
        tab.button("Keyboard and help").click(); // what is loaded behind the first script is here
        assertThat(tab.page().locator("#dialog")).containsText("Keyboard");
        tab.page().keyboard().press("Escape");
        assertThat(pagesAreLoaded(tab)).isFalse();

        tab.page().evaluate("location.hash = '#/admin/jobs'");

        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
        assertThat(pagesAreLoaded(tab)).isTrue();
    }

    private static boolean pagesAreLoaded(Tab tab) {
        return (boolean) tab.page()
                .evaluate("performance.getEntriesByType('resource').some(({ name }) => name.includes('/pages-'))");
    }

    private static Tab openAsAdmin() {
        BENCH.person().route("**/api/v1/dev/token", PageJobsIT::asAdmin);
        return BENCH.open(BENCH.server().url() + "/#/admin/jobs");
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(BENCH.server().database());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
