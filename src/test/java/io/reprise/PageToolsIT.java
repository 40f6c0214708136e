package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The page of all tools, which follows the files that declare some. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageToolsIT {
    private static final String BROKEN_RULES = """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(' ')}`)
            }""";

    @TempDir
    private Path folder;

    private TestBrowser browser;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        write("reprise.yaml", "");
        write("tools/weather.yaml", """
                description: The weather of a city, with a long explanation for models.
                arguments: {type: object, properties: {city: {type: string}}}
                request: {url: "https://example.org/{city}"}
                """);
        browser = TestBrowser.start();
        server = TestServer.startWithFile(folder.resolve("reprise.yaml"), TestDatabase.fresh(), Map.of());
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (browser != null) browser.close();
    }

    @Test
    void all_tools_are_shown_and_a_broken_file_says_what_is_wrong() throws IOException {
        Tab tab = open(browser.person("root"));
        assertThat(card(tab, "time")).containsText("Built in");
        assertThat(card(tab, "time")).containsText("Only reads");
        assertThat(card(tab, "weather")).containsText("Declared by a file");
        assertThat(card(tab, "weather")).containsText("weather.yaml");
        assertThat(card(tab, "weather")).containsText("POST /tools/v1/weather");

        tab.page().getByLabel("Find a tool").fill("weather long");
        assertThat(tab.page().locator("[data-tool]")).hasCount(1);
        assertThat(tab.page().locator(".page [role=status]").first()).containsText("1 tool, together about");

        write("tools/weather.yaml", "description: x\nrequest: {url: 'https://{city}/'}\n");
        assertThat(card(tab, "weather").locator(".faults")).containsText("request.url");
        assertThat(card(tab, "weather")).containsText("the version before is in use");
        assertThat(card(tab, "weather")).containsText("a long explanation");
        assertThat(tab.page().getByLabel("Find a tool")).hasValue("weather long");
        tab.assertClean();
    }

    @Test
    void a_schema_is_opened_with_the_keyboard_in_both_themes_and_on_a_phone() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            Tab tab = open(browser.personOnPhone("root"));
            tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            Locator arguments = card(tab, "weather").locator("summary");

            arguments.focus();
            tab.page().keyboard().press("Enter");

            assertThat(card(tab, "weather").locator("pre")).containsText("\"city\"");
            assertThat(brokenRules(tab)).isEmpty();
            assertThat((boolean) tab.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isTrue();
            tab.assertClean();
            tab.page().context().close();
        }
    }

    @Test
    void users_without_the_role_are_told_so() {
        Tab tab = browser.open(browser.person("ada"), server.url() + "/#/admin/tools");

        assertThat(tab.page().locator(".page")).containsText("Only staff and administrators see this page.");
    }

    private Tab open(BrowserContext person) {
        person.route("**/api/v1/dev/token", PageToolsIT::asAdmin);
        return browser.open(person, server.url() + "/#/admin/tools");
    }

    private static Locator card(Tab tab, String name) {
        return tab.page().locator("[data-tool=" + name + "]");
    }

    @SuppressWarnings("unchecked")
    private static List<String> brokenRules(Tab tab) {
        if (!(boolean) tab.page().evaluate("'axe' in window")) tab.page().evaluate(AxeBuilder.getAxeScript());
        return (List<String>) tab.page().evaluate(BROKEN_RULES);
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
