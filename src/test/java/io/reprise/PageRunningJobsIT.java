package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

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

/** Maintenance jobs on the page while they run, and when they fail. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageRunningJobsIT {
    /** Far more than are deleted before the test stops the job. */
    private static final int ROWS = 100_000;

    @RegisterExtension
    static final PageBench BENCH =
            new PageBench(Map.of("jobs.pollMs", "100", "jobs.batch", "1", "jobs.pauseMs", "500"));

    @Test
    void a_running_job_shows_how_far_it_is_and_is_stopped() throws SQLException {
        execute("""
                INSERT INTO claim (user_id, session_id, id, hash, result, at)
                SELECT 'ada', 's_old', 'c' || n, 'h', '{}', now() - interval '25 hours'
                FROM generate_series(1, %d) AS n""".formatted(ROWS));
        Tab tab = openAsAdmin();
        Locator card = tab.page().locator("[data-job=claim-cleanup]");

        card.getByText("Run now").click();

        Locator progress = card.locator(".reminder-times strong");
        assertThat(progress).containsText(Pattern.compile("Runs now: \\d+ looked at, \\d+ deleted"));
        String before = progress.textContent();
        assertThat(progress).not().hasText(before);
        card.getByText("Stop", new Locator.GetByTextOptions().setExact(true)).click();

        assertThat(card.locator(".last-run")).containsText(Pattern.compile("Stopped.*looked at", Pattern.DOTALL));
        assertThat(card.getByText("Run now")).isEnabled();
        card.getByText("History").click();
        assertThat(card.locator("ol li")).containsText("Stopped");
        assertThat(card.locator("svg.job-chart rect.failed")).hasCount(1);
        tab.assertClean();
    }

    @Test
    void a_failed_job_says_so_and_why() throws SQLException {
        execute("""
                INSERT INTO audit (user_id, action, at) VALUES ('ada', 'old', now() - interval '366 days');
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN RAISE EXCEPTION ''refused by the test''; END';
                CREATE TRIGGER refuse BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse()""");
        Tab tab = openAsAdmin();
        Locator card = tab.page().locator("[data-job=audit-retention]");

        card.getByText("Run now").click();

        assertThat(card.locator(".last-run .failed")).hasText("Failed");
        assertThat(card.locator(".reminder-trouble")).containsText("The job failed; the cause is in the server's log.");
        assertThat(card.locator(".reminder-trouble")).not().containsText("refused by the test");
        tab.assertClean();
    }

    private static Tab openAsAdmin() {
        BENCH.person().route("**/api/v1/dev/token", PageRunningJobsIT::asAdmin);
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
