package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What can be checked of the page by rules: contrast, names, roles, order; in both schemes, on a desktop and on a
 * phone.
 */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageAccessibilityIT {
    private static final String EVERYTHING = """
            /echo # A heading

            | name | number |
            |------|-------:|
            | one  |      1 |

            ```java
            /** A note. */ public final class Answer { String said = "yes"; int times = 42; }
            ```
            - [ ] to do
            - [x] done, see [the list](https://example.org)

            $$
            \\frac{a}{b}
            $$

            A footnote[^1], and ![an image](https://images.example/a.png).

            [^1]: Its note.
            """;

    /** What is broken, of all rules or of those that are given. */
    private static final String BROKEN_RULES = """
            async rules => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false, ...(rules && { runOnly: rules }) })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)
            }""";

    private static final List<String> ABOUT_COLOURS = List.of("color-contrast", "link-in-text-block");

    private static TestServer server;
    private static TestBrowser browser;

    @BeforeAll
    static void start() {
        browser = TestBrowser.start();
        server = TestServer.start(Map.of("interrupts.tools", "sleep"));
    }

    @AfterAll
    static void stop() {
        if (server != null) server.close();
        if (browser != null) browser.close();
    }

    enum Look {
        DESK(1280, 800),
        PHONE(390, 844);

        private final int width;
        private final int height;

        Look(int width, int height) {
            this.width = width;
            this.height = height;
        }

        private BrowserContext person() {
            return browser.person(
                    name(),
                    new Browser.NewContextOptions()
                            .setViewportSize(width, height)
                            .setHasTouch(width < 500)
                            .setColorScheme(ColorScheme.LIGHT)
                            .setReducedMotion(ReducedMotion.REDUCE)
                            .setLocale("en-GB"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_rule_is_broken(Look look) {
        try (BrowserContext person = look.person()) {
            Tab tab = browser.open(person, server.url());
            check(tab, "nothing said yet");

            tab.ask(EVERYTHING);
            tab.ask("/think 5");
            tab.ask("/tool time {}");
            tab.ask("/fail 429");
            tab.page().locator(".tool-card summary").click();
            tab.page().locator(".reasoning summary").click();
            check(tab, "a conversation");
            checkDecision(tab);

            tab.say("/hang");
            tab.say("the next one");
            assertThat(tab.chips()).hasCount(1);
            tab.composer().fill("and this");
            check(tab, "an answer under way");

            tab.button("Menu of this chat").click();
            check(tab, "a menu");
            tab.page().keyboard().press("Escape");
            tab.page().keyboard().press("Control+/");
            check(tab, "the help");
            tab.page().locator("#dialog a").first().click();
            assertThat(tab.page().locator(".document h1")).isVisible();
            check(tab, "a document");
            tab.page().keyboard().press("Escape");
            tab.page().keyboard().press("Control+b");
            check(tab, "the list hidden, on a phone shown");
            tab.page().keyboard().press("Control+b");
            tab.stop();
            checkListAndReminders(tab);
            tab.assertClean();
        }
    }

    private static void checkListAndReminders(Tab tab) {
        boolean phone = tab.page().viewportSize().width < 500;
        tab.button("Add a reminder").click();
        tab.page().locator("#recall-when").fill("every weekday at 09:00");
        assertThat(tab.page().locator(".next-times")).isVisible();
        tab.page().locator("#recall-text").fill("Stand up");
        check(tab, "a reminder in the making");
        tab.page().keyboard().press("Enter");
        assertThat(tab.page().locator(".recall-chip")).isVisible();
        if (phone) tab.page().locator("#open-drawer").click();
        tab.page().locator("#pick-chats").click();
        tab.page().locator(".pick input").first().check();
        check(tab, "chats that are chosen");
        tab.page().keyboard().press("Escape");
        tab.page().locator(".nav-link").click();
        assertThat(tab.page().locator(".reminder")).isVisible();
        check(tab, "the reminders");
        checkPagesOfAdministrators(tab, phone);
        tab.page().navigate(server.url() + "/#/");
        checkFinding(tab, phone);
    }

    private static void checkPagesOfAdministrators(Tab tab, boolean phone) {
        if (phone) tab.page().locator("#open-drawer").click();
        tab.page().locator(".user-button").click();
        tab.page().getByLabel("Administrator").check();
        check(tab, "the choice of a name");
        tab.button("Continue").click();
        tab.page().navigate(server.url() + "/#/admin/jobs");
        assertThat(tab.page().locator(".page .reminder").first()).isVisible();
        check(tab, "the jobs");
        tab.page().navigate(server.url() + "/#/admin/settings");
        tab.page().getByLabel("run.stepsMax").fill("30");
        tab.page().locator(".page details").last().locator("summary").click();
        check(tab, "the settings");
    }

    /** A changed title, an answer with an earlier version, search results, and the archive. */
    private static void checkFinding(Tab tab, boolean phone) {
        tab.ask("/echo a word to be found");
        tab.page().locator(".message.newest .regenerate").click();
        assertThat(tab.page().locator(".versions").last()).containsText("2/2");
        tab.awaitIdle();
        tab.page().locator(".versions").last().locator("[data-step='-1']").click();
        assertThat(tab.page().locator(".version-bar")).isVisible();
        check(tab, "an earlier version");
        tab.button("Back to now").click();
        tab.page().locator("#chat-menu").click();
        tab.menuItem("Rename").click();
        assertThat(tab.page().locator(".title-field")).isFocused();
        check(tab, "a title that is changed");
        tab.page().keyboard().press("Escape");
        if (phone) tab.page().locator("#open-drawer").click();
        tab.page().locator("#other-list").click();
        assertThat(tab.page().locator(".session-list")).containsText("Nothing is archived.");
        check(tab, "the archive");
        tab.page().locator("#other-list").click();
        tab.page().locator("#search").fill("found");
        assertThat(tab.page().locator(".session .snippet")).isVisible();
        check(tab, "what a search found");
    }

    /**
     * Symptom: nothing showed that the field has the focus. Cause: its border changes its colour, which the system
     * decides here.
     */
    @Test
    void the_field_shows_its_focus_also_where_the_system_chooses_the_colours() {
        try (BrowserContext person =
                browser.person("FORCED", new Browser.NewContextOptions().setForcedColors(ForcedColors.ACTIVE))) {
            Tab tab = browser.open(person, server.url());
            tab.composer().focus();

            assertThat(tab.page().locator(".composer")).hasCSS("outline-style", "solid");
            check(tab, "forced colours");
        }
    }

    /** Symptom: signs in grey and green beside texts in the colours of the system, which may be hard to see on its background. */
    @Test
    void signs_have_the_colours_of_the_system_where_it_chooses_them() {
        try (BrowserContext person =
                browser.person("FORCED", new Browser.NewContextOptions().setForcedColors(ForcedColors.ACTIVE))) {
            Tab tab = browser.open(person, server.url());
            tab.ask("/echo a word");

            assertThat(tab.page().evaluate("""
                    () => {
                      const probe = document.body.appendChild(document.createElement('i'))
                      const colourOf = name => {
                        probe.style.cssText = `forced-color-adjust: none; color: ${name}`
                        return getComputedStyle(probe).color
                      }
                      const sign = getComputedStyle(document.querySelector('.message.user .copy'), '::before')
                      const plus = getComputedStyle(document.querySelector('.new-chat .icon'))
                      return [sign.maskImage.startsWith('url('), sign.backgroundColor === colourOf('ButtonText'),
                        plus.color === colourOf('LinkText')].join()
                    }""")).isEqualTo("true,true,true");
        }
    }

    /** Symptom without it: a keyboard user passes the whole list of chats to reach the message field. */
    @Test
    void the_first_stop_of_the_keyboard_leads_past_the_list() {
        try (BrowserContext person = Look.DESK.person()) {
            Tab tab = browser.open(person, server.url());
            tab.page().locator(".brand").focus();

            tab.page().keyboard().press("Shift+Tab");
            assertThat(tab.page().locator(".skip-link")).isFocused();
            assertThat(tab.page().locator(".skip-link")).isInViewport();
            tab.page().keyboard().press("Enter");

            assertThat(tab.composer()).isFocused();
            assertThat(tab.url()).isEqualTo(server.url() + "/");
        }
    }

    /** A waiting call, each of its forms, and its text once it is decided. */
    private static void checkDecision(Tab tab) {
        tab.say("/tool sleep {\"seconds\": 0.01}");
        assertThat(tab.toolCard("waiting")).isVisible();
        check(tab, "a call that waits");

        tab.button("Edit").click();
        tab.page().locator(".approval-form textarea").fill("no JSON");
        tab.button("Approve with changes").click();
        assertThat(tab.page().locator(".form-error")).isVisible();
        check(tab, "arguments that are no JSON");

        tab.button("Back").click();
        tab.button("Answer for it").click();
        assertThat(tab.page().locator(".approval-form.respond")).isVisible();
        check(tab, "an answer in place of the tool");

        tab.button("Back").click();
        tab.button("Reject").click();
        tab.page().locator(".approval-form textarea").fill("No time");
        check(tab, "a rejection under way");
        tab.page().locator(".approval-form .danger").click();
        assertThat(tab.toolCard("rejected")).isVisible();
        tab.awaitIdle();
        check(tab, "a rejected call");
    }

    /** By all rules in light colours; in dark ones by those that look at colours, as nothing else is different. */
    private static void check(Tab tab, String view) {
        check(tab, view, null);
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        check(tab, view + ", dark", ABOUT_COLOURS);
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    private static void check(Tab tab, String view, List<String> rules) {
        if (!(boolean) tab.page().evaluate("'axe' in window")) tab.page().evaluate(AxeBuilder.getAxeScript());
        assertThat((List<?>) tab.page().evaluate(BROKEN_RULES, rules)).as(view).isEmpty();
    }
}
