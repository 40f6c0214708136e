package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestClient;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on which administrators see what the server does, and where people say when they want to be left in peace. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageLiveIT {
    private static final String BROKEN = """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
            }""";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void an_administrator_sees_a_run_that_begins_later_and_stops_it() {
        BENCH.person().route("**/api/v1/dev/token", PageLiveIT::asAdmin);
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/live");
        assertThat(tab.page().locator(".live-page")).containsText("Nothing is being answered.");
        assertThat(tab.page().locator(".live-page")).containsText("Database, writing");
        try (TestClient eve = BENCH.server().client("eve")) {
            String session = eve.create();
            eve.attachLive(session);
            String run = eve.send(session, "/hang").getString("run");

            Locator card = tab.page().locator("[data-run='" + run + "']");
            assertThat(card).containsText("eve, by a message");
            assertThat(tab.page().locator(".page"))
                    .containsText(Pattern.compile(
                            "Sockets and streams.*ms late at most.*connections, .* under way.*Heap.*MB of",
                            Pattern.DOTALL));
            card.getByText("Stop").click();
            tab.page().locator("#dialog").getByText("Stop it").click();

            eve.awaitEnd(session, run);
            assertThat(card).hasCount(0);
        }
        tab.assertClean();
    }

    @Test
    void others_are_told_that_the_page_is_not_for_them() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/live");

        assertThat(tab.page().locator(".page")).containsText("Only administrators see this page.");
    }

    @Test
    void quiet_hours_are_set_in_the_dialog_and_are_there_again() {
        Tab tab = BENCH.open();
        tab.awaitConnected();
        tab.button("Notifications").click();
        Locator dialog = tab.page().locator("#dialog");
        dialog.locator("[name=quiet]").check();
        dialog.locator("[name=from]").fill("21:30");
        dialog.locator("[name=zone]").fill("Europe/Berlin");
        dialog.getByText("Save").click();
        assertThat(dialog).not().isVisible();

        tab.page().reload();
        tab.awaitConnected();
        tab.button("Notifications").click();

        assertThat(dialog.locator("[name=quiet]")).isChecked();
        assertThat(dialog.locator("[name=from]")).hasValue("21:30");
        assertThat(dialog.locator("[name=zone]")).hasValue("Europe/Berlin");
        tab.assertClean();
    }

    /** By all rules, as on a desk and on a phone; everything is reached by keys. */
    @Test
    void the_page_and_the_dialog_break_no_rule_of_accessibility() {
        BENCH.person().route("**/api/v1/dev/token", PageLiveIT::asAdmin);
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/live");
        assertThat(tab.page().locator(".facts").first()).isVisible();
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        tab.page().evaluate(AxeBuilder.getAxeScript());
        for (int width : new int[] {390, 1280}) { // the last one is that of the dialog, whose button must be there
            tab.page().setViewportSize(width, 800);
            assertThatObject(tab.page().evaluate(BROKEN))
                    .as("the page, " + width)
                    .isEqualTo(List.of());
            Object overflow = tab.page().evaluate("document.documentElement.scrollWidth > innerWidth");
            assertThatObject(overflow).as("the width of a phone").isEqualTo(false);
        }
        tab.awaitConnected();
        tab.button("Notifications").focus();
        assertThat(tab.button("Notifications")).isFocused();
        tab.page().keyboard().press("Enter");
        Locator quiet = tab.page().locator("#dialog [name=quiet]");
        assertThat(quiet).isEnabled();
        quiet.focus();
        tab.page().keyboard().press("Space");
        assertThat(tab.page().locator("#dialog [name=zone]")).isVisible();
        assertThatObject(tab.page().evaluate(BROKEN)).as("the dialog").isEqualTo(List.of());
        tab.page().keyboard().press("Escape");
        assertThat(tab.button("Notifications")).isFocused();
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
