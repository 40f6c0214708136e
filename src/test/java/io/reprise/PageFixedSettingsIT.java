package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.reprise.testing.Administration;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Settings that the environment of the server fixes, which nobody can change while it runs. */
class PageFixedSettingsIT {
    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        Path file =
                Files.writeString(folder.resolve("reprise.yaml"), "run:\n  stepsMax: 30\nsearch:\n  perUserMax: 3\n");
        server = TestServer.startWithFile(file, TestDatabase.fresh(), Map.of("run.stepsMax", "40"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_change_of_one_is_a_conflict_and_nothing_beside_it_is_changed() {
        HttpResponse<String> refused = server.call(
                "PATCH", "/api/v1/settings", admin(), "{\"values\": {\"run.stepsMax\": 50, \"search.perUserMax\": 4}}");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("conflict");
        assertThat(refused.body()).contains("run.stepsMax: fixed by the environment variable REPRISE_RUN_STEPS_MAX");
        assertThat(setting("search.perUserMax").getInteger("value")).isEqualTo(3);
        JsonObject steps = setting("run.stepsMax");
        assertThat(steps.getInteger("value")).isEqualTo(40);
        assertThat(steps.getString("source")).isEqualTo("environment");
        assertThat(steps.getString("where")).contains("REPRISE_RUN_STEPS_MAX");
    }

    @Test
    @DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
    void the_page_says_what_fixes_them_and_lets_nobody_change_them() {
        try (TestBrowser browser = TestBrowser.start();
                BrowserContext person = browser.person("root")) {
            person.route("**/api/v1/dev/token", PageFixedSettingsIT::asAdmin);
            Tab tab = browser.open(person, server.url() + "/#/admin/settings");

            Locator fixed = tab.page().locator("[data-key='run.stepsMax']");
            assertThat(fixed).containsText("Fixed by the environment variable REPRISE_RUN_STEPS_MAX.");
            assertThat(fixed.locator("input")).hasValue("40");
            assertThat(fixed.locator("input")).isDisabled();
            assertThat(fixed.getByText(Pattern.compile("^Back to"))).hasCount(0);
            assertThat(tab.page().locator("[data-key='search.perUserMax'] input"))
                    .isEnabled();
            tab.assertClean();
        }
    }

    private JsonObject setting(String key) {
        return new Administration(server::call, admin()).setting(key);
    }

    private String admin() {
        return server.token("root", "admin");
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
