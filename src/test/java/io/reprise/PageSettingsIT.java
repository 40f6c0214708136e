package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on which administrators change settings. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageSettingsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("run.toolMs", "50000"));

    @Test
    void an_administrator_changes_settings_and_takes_one_back() {
        Tab tab = openAsAdmin();
        tab.page().getByLabel("run.toolMs", exactly()).fill("40000");
        tab.page().getByLabel("sessions.titles", exactly()).selectOption("model");
        tab.page().getByText("Save 2 changes").click();

        Locator row = tab.page().locator("[data-key='run.toolMs']");
        assertThat(row).containsText("Now set here. By " + BENCH.user());
        assertThat(tab.page().getByText(Pattern.compile("^Save"))).hasCount(0);
        tab.page().reload();
        assertThat(tab.page().getByLabel("run.toolMs", exactly())).hasValue("40000");
        assertThat(tab.page().getByLabel("sessions.titles", exactly())).hasValue("model");

        row.getByText("Back to 50000").click();

        assertThat(tab.page().getByLabel("run.toolMs", exactly())).hasValue("50000");
        tab.page().getByText("Who changed what").click();
        assertThat(tab.page().locator(".settings-changes li").first())
                .containsText(BENCH.user() + ": run.toolMs from 40000 back to the file");
        tab.page()
                .locator("[data-key='sessions.titles']")
                .getByText("Back to off")
                .click();
        assertThat(tab.page().getByLabel("sessions.titles", exactly())).hasValue("off");
        tab.assertClean();
    }

    @Test
    void what_cannot_be_saved_is_told_and_what_was_typed_stays() {
        Tab tab = openAsAdmin();
        tab.page().getByLabel("run.stepsMax", exactly()).fill("1000");
        tab.page().getByLabel("run.idleMs", exactly()).fill("1");

        tab.page().getByText("Save 2 changes").click();

        assertThat(tab.page().locator(".settings-bar .faults li")).hasCount(2);
        assertThat(tab.page().locator(".settings-bar .faults"))
                .containsText("run.stepsMax = \"1000\": must be an integer from 5 to 100");
        assertThat(tab.page().getByLabel("run.stepsMax", exactly())).hasValue("1000");
        tab.page().getByText("Discard").click();
        assertThat(tab.page().getByLabel("run.stepsMax", exactly())).hasValue("25");
    }

    @Test
    void settings_are_found_by_their_name_and_those_of_the_file_are_only_shown() {
        Tab tab = openAsAdmin();

        tab.page().getByLabel("Find a setting").fill("server.port");

        assertThat(tab.page().locator("[data-key='server.port']")).containsText("Needs a start of the server");
        assertThat(tab.page().locator("[data-key='server.port'] input")).hasCount(0);
        assertThat(tab.page().locator("[data-key='run.stepsMax']")).hasCount(0);
        tab.assertClean();
    }

    @Test
    void a_change_of_another_administrator_is_seen_without_a_reload() {
        Tab tab = openAsAdmin();
        assertThat(tab.page().getByLabel("search.timeMs", exactly())).hasValue("3000");
        tab.awaitConnected();

        String token = BENCH.server().token("another", "admin");
        String body = "{\"values\":{\"search.timeMs\":2500}}";
        assertThat(BENCH.server().call("PATCH", "/api/v1/settings", token, body).statusCode())
                .isEqualTo(200);

        assertThat(tab.page().getByLabel("search.timeMs", exactly())).hasValue("2500");
    }

    /** Symptom: in development mode nobody could see the pages of administrators. */
    @Test
    void a_user_of_development_mode_can_choose_to_be_an_administrator() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/settings");
        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");

        chooseRole(tab, true);
        Locator row = tab.page().locator("[data-key='run.stepsMax']");
        assertThat(row.locator("input")).hasValue("25");
        tab.page().locator(".user-button").click();
        tab.page().locator("#dialog").getByText("Maintenance jobs").click();
        assertThat(tab.page().locator("#page-title")).hasText("Jobs");

        tab.page().reload();
        tab.page().goBack();
        assertThat(row.locator("input")).hasValue("25");
        chooseRole(tab, false);
        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
    }

    @Test
    void each_setting_has_the_explanation_of_the_settings_file_and_is_found_by_it() {
        Tab tab = openAsAdmin();
        Locator row = tab.page().locator("[data-key='run.stepsMax']");
        assertThat(row).containsText("Steps (model calls) of one run.");
        assertThat(row.locator("input"))
                .hasAccessibleDescription(Pattern.compile("Steps \\(model calls\\) of one run.*"));

        tab.page().getByLabel("Find a setting").fill("address to listen on");

        assertThat(tab.page().locator("[data-key='server.host'] .setting-remark"))
                .isVisible();
        assertThat(tab.page().locator(".setting")).hasCount(1);
    }

    @Test
    void others_are_told_that_the_page_is_not_for_them() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/settings");

        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
    }

    private static void chooseRole(Tab tab, boolean administrator) {
        tab.page().locator(".user-button").click();
        tab.page().getByLabel("Administrator").setChecked(administrator);
        tab.button("Continue").click();
        assertThat(tab.page().locator("#dialog")).isHidden();
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    private static Tab openAsAdmin() {
        BENCH.person().route("**/api/v1/dev/token", PageSettingsIT::asAdmin);
        return BENCH.open(BENCH.server().url() + "/#/admin/settings");
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
