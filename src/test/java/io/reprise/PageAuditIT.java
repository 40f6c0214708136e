package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on which administrators see who did what. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageAuditIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void an_administrator_finds_entries_and_saves_them() throws Exception {
        String other = BENCH.server().token("other-admin", "admin");
        BENCH.server().call("PATCH", "/api/v1/jobs/claim-cleanup", other, "{\"paused\":true}");
        BENCH.server().call("PATCH", "/api/v1/settings", other, "{\"values\":{\"run.stepsMax\":30}}");
        Tab tab = openAsAdmin();
        Locator entries = tab.page().locator(".audit-entry");
        tab.page().getByLabel("Who").fill("other-admin");
        tab.page().getByLabel("Who").blur();
        assertThat(entries).hasCount(2);
        assertThat(entries.first()).containsText("Setting changed run.stepsMax");
        assertThat(entries.first()).containsText("setting.changed · other-admin; to: 30");

        tab.page().getByLabel("What").fill("job.change");
        tab.page().getByLabel("What").blur();
        assertThat(entries).hasCount(1);
        assertThat(entries).containsText("Maintenance job changed claim-cleanup");
        Download file = tab.page()
                .waitForDownload(() -> tab.page().getByText("Save as CSV").click());
        tab.page().getByLabel("Before").fill("2020-01-01T00:00");
        tab.page().getByLabel("Before").blur();

        assertThat(tab.page().getByText("No entry matches.")).isVisible();
        assertThat(file.suggestedFilename()).isEqualTo("audit.csv");
        assertThat(Files.readString(file.path()).lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("other-admin,job.change,,claim-cleanup");
        tab.assertClean();
    }

    @Test
    void earlier_entries_are_read_on_demand() {
        String other = BENCH.server().token("busy-admin", "admin");
        for (int i = 0; i < 60; i++) {
            BENCH.server().call("PATCH", "/api/v1/jobs/claim-cleanup", other, "{\"paused\":" + (i % 2 == 0) + "}");
        }
        Tab tab = openAsAdmin();
        tab.page().getByLabel("Who").fill("busy-admin");
        tab.page().getByLabel("Who").blur();
        assertThat(tab.page().locator(".audit-entry")).hasCount(50);

        tab.page().getByText("Show earlier entries").click();

        assertThat(tab.page().locator(".audit-entry")).hasCount(60);
        assertThat(tab.page().getByText("Show earlier entries")).hasCount(0);
    }

    @Test
    void others_are_told_that_the_page_is_not_for_them() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/audit");

        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
    }

    private static Tab openAsAdmin() {
        BENCH.person().route("**/api/v1/dev/token", PageAuditIT::asAdmin);
        return BENCH.open(BENCH.server().url() + "/#/admin/audit");
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
