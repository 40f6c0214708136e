package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of providers, models, prompts and agents. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageCatalogIT {
    private static final String BROKEN_RULES = """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(' ')}`)
            }""";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void an_administrator_connects_a_provider_and_makes_its_model_the_default() {
        Tab tab = openAsAdmin("providers");
        Page page = tab.page();
        assertThat(card(tab, "default")).containsText("from the settings, read-only");

        tab.button("New provider…").click();
        assertThat(page.locator(".entry-form h3")).isFocused();
        field(tab, "name").fill("work");
        field(tab, "type").selectOption("openai");
        field(tab, "baseUrl").fill("http://127.0.0.1:1/v1");
        field(tab, "apiKey").fill("env:WORK_KEY");
        tab.button("Create").click();
        assertThat(card(tab, "work")).containsText("made here");
        assertThat(card(tab, "work").getByRole(AriaRole.BUTTON).first()).isFocused();

        page.locator(".entry-kinds").getByText("Models").click();
        tab.button("New model…").click();
        field(tab, "name", 0).fill("fast");
        field(tab, "provider").fill("work");
        field(tab, "name", 1).fill("gpt-5-mini");
        field(tab, "temperature").fill("0.5");
        field(tab, "extra").fill("{\"seed\": 7}");
        field(tab, "default").check();
        tab.button("Create").click();

        assertThat(card(tab, "fast")).containsText("Default");
        assertThat(card(tab, "fast")).containsText("version 1, by " + BENCH.user());
        String stored = call("GET", "/models/fast", null).body();
        assertThat(stored).contains("\"temperature\":0.5", "\"extra\":{\"seed\":7}", "\"default\":true");
        page.locator(".entry-kinds").getByText("Providers").click();
        assertThat(card(tab, "work")).containsText("Used by model fast");
        tab.button("Delete work").click();
        assertThat(page.locator("#dialog")).containsText("“work” is in use");
        assertThat(page.locator("#dialog")).containsText("model fast");
        tab.button("Close").click();

        page.locator(".entry-kinds").getByText("Models").click();
        tab.button("Delete fast").click();
        assertThat(page.locator("#dialog")).containsText("It is the default model.");
        tab.button("Close").click();
        tab.button("Make default: default").click();
        assertThat(card(tab, "default").locator(".entry-mark")).hasText("Default");
        assertThat(card(tab, "fast").locator(".entry-mark")).hasCount(0);
        tab.button("Delete fast").click();
        tab.button("Delete").click();
        assertThat(card(tab, "fast")).hasCount(0);
        tab.assertClean();
    }

    @Test
    void several_entries_are_deleted_together_or_not_at_all() {
        for (String name : List.of("old-1", "old-2", "old-3")) {
            call("POST", "/providers", "{\"name\":\"" + name + "\",\"settings\":{\"type\":\"demo\"}}");
        }
        call("POST", "/models", "{\"name\":\"user-of-2\",\"settings\":{\"provider\":\"old-2\"}}");
        Tab tab = openAsAdmin("providers");
        assertThat(card(tab, "default").getByLabel("Select default")).hasCount(0);
        for (String name : List.of("old-1", "old-2", "old-3")) {
            card(tab, name).getByLabel("Select " + name).check();
        }

        tab.button("Delete 3 selected…").click();
        tab.button("Delete").click();
        assertThat(tab.page().getByText("in use by model user-of-2").first()).isVisible();
        assertThat(card(tab, "old-1")).isVisible();

        card(tab, "old-2").getByLabel("Select old-2").uncheck();
        tab.button("Delete 2 selected…").click();
        tab.button("Delete").click();
        assertThat(card(tab, "old-1")).hasCount(0);
        assertThat(card(tab, "old-3")).hasCount(0);
        assertThat(card(tab, "old-2")).isVisible();
        call("DELETE", "/models/user-of-2?version=1", null);
        call("DELETE", "/providers/old-2?version=1", null);
    }

    @Test
    void what_cannot_be_saved_is_told_at_its_field_and_what_was_typed_stays() {
        Tab tab = openAsAdmin("models");
        tab.button("New model…").click();
        field(tab, "name", 0).fill("Bad name");
        field(tab, "provider").fill("nobody");
        field(tab, "name", 1).fill("m");
        field(tab, "temperature").fill("3");
        field(tab, "extra").fill("[1]");
        tab.button("Create").click();
        assertThat(setting(tab, "extra").locator(".fault")).containsText("must be a JSON object");
        assertThat(field(tab, "extra")).isFocused();

        field(tab, "extra").fill("");
        tab.button("Create").click();
        assertThat(tab.page().locator("#about-entry-name .fault")).containsText("lower-case letters");
        field(tab, "name", 0).fill("good-name");
        tab.button("Create").click();
        assertThat(setting(tab, "temperature").locator(".fault")).isVisible();
        field(tab, "temperature").fill("1");
        tab.button("Create").click();

        assertThat(setting(tab, "provider").locator(".fault")).containsText("there is no provider nobody");
        assertThat(field(tab, "provider")).hasAttribute("aria-invalid", "true");
        assertThat(field(tab, "provider")).hasValue("nobody");
        assertThat(call("GET", "/models/good-name", null).statusCode()).isEqualTo(404);
    }

    @Test
    void what_somebody_else_saved_meanwhile_is_shown_beside_what_was_typed() {
        call("POST", "/agents", "{\"name\":\"raced\",\"settings\":{\"title\":\"First\"}}");
        Tab tab = openAsAdmin("agents");
        tab.button("Edit raced").click();
        field(tab, "title").fill("Mine");
        call("PUT", "/agents/raced", "{\"version\":1,\"settings\":{\"title\":\"Theirs\"}}");

        tab.button("Save").click();

        Locator conflict = tab.page().locator(".entry-conflict");
        assertThat(conflict).containsText("root has saved version 2 meanwhile");
        assertThat(conflict.locator("tbody tr")).hasText("titleMineTheirs");
        assertThat(field(tab, "title")).hasValue("Mine");
        tab.button("Keep mine").click();
        tab.button("Save").click();
        assertThat(card(tab, "raced")).containsText("Mine");
        assertThat(card(tab, "raced")).containsText("version 3");
    }

    @Test
    void middleware_of_an_agent_is_put_in_order_by_keyboard_and_by_dragging() {
        call("POST", "/middleware", "{\"name\":\"brake\",\"settings\":{\"type\":\"model-call-limit\",\"runMax\":9}}");
        call("POST", "/middleware", "{\"name\":\"patience\",\"settings\":{\"type\":\"tool-retry\"}}");
        Tab tab = openAsAdmin("middleware");
        Page page = tab.page();
        assertThat(card(tab, "brake")).containsText("model-call-limit");
        tab.button("New middleware…").click();
        field(tab, "name").fill("mail");
        field(tab, "type").selectOption("pii");
        field(tab, "output").check();
        tab.button("Create").click();
        assertThat(card(tab, "mail")).containsText("pii");

        page.locator(".entry-kinds").getByText("Agents").click();
        tab.button("New agent…").click();
        field(tab, "name").fill("ordered");
        for (String name : List.of("patience", "mail", "brake"))
            field(tab, "middleware").selectOption(name);
        Locator uses = page.locator(".uses li .use-name");
        assertThat(uses).hasText(new String[] {"brake", "mail", "patience"});
        page.getByLabel("Move patience outwards").press("Enter");
        assertThat(uses).hasText(new String[] {"brake", "patience", "mail"});
        assertThat(page.getByLabel("Move patience outwards")).isFocused();
        page.locator("[data-use=mail]").dragTo(page.locator("[data-use=brake]"));
        assertThat(uses).hasText(new String[] {"mail", "brake", "patience"});
        page.evaluate(AxeBuilder.getAxeScript());
        assertThat(page.evaluate(BROKEN_RULES)).isEqualTo(List.of());
        tab.button("Create").click();

        assertThat(card(tab, "ordered")).isVisible();
        String stored = call("GET", "/agents/ordered", null).body();
        assertThat(stored).containsPattern("\"middleware\":\\[\"mail@[1-4]\",\"brake\",\"patience@");
        tab.assertClean();
        call("DELETE", "/agents/ordered?version=1", null);
        for (String name : List.of("brake", "patience", "mail"))
            call("DELETE", "/middleware/" + name + "?version=1", null);
    }

    @Test
    void what_an_agent_names_can_be_chosen() {
        call("POST", "/mcp-servers", "{\"name\":\"weather\",\"settings\":{\"url\":\"http://127.0.0.1:1/mcp\"}}");
        Tab tab = openAsAdmin("agents");
        tab.button("New agent…").click();
        field(tab, "name").fill("chooser");

        tab.page().getByLabel("Add to mcpServers").selectOption("weather");
        tab.page().getByLabel("Add to tools").selectOption("time");
        tab.page().getByLabel("Add to tools").selectOption("sleep");
        tab.page().getByLabel("Add to fallbacks").selectOption("default");

        assertThat(field(tab, "mcpServers")).hasValue("weather");
        assertThat(field(tab, "tools")).hasValue("time\nsleep");
        assertThat(tab.page().getByLabel("Add to mcpServers")).isDisabled();
        tab.page().evaluate(AxeBuilder.getAxeScript());
        assertThat(tab.page().evaluate(BROKEN_RULES)).isEqualTo(List.of());
        tab.button("Create").click();
        assertThat(card(tab, "chooser")).isVisible();
        assertThat(call("GET", "/agents/chooser", null).body())
                .contains("\"tools\":[\"time\",\"sleep\"]", "\"mcpServers\":[\"weather\"]");
        tab.assertClean();
        call("DELETE", "/agents/chooser?version=1", null);
        call("DELETE", "/mcp-servers/weather?version=1", null);
    }

    @Test
    void versions_of_a_prompt_are_compared_and_restored() {
        call("POST", "/prompts", "{\"name\":\"tale\",\"settings\":{\"text\":\"One\\nTwo\"}}");
        call("PUT", "/prompts/tale", "{\"version\":1,\"settings\":{\"text\":\"One\\nThree\"}}");
        Tab tab = openAsAdmin("prompts");
        card(tab, "tale").getByText("Versions").click();

        tab.button("Compare version 1 with the newest").click();
        assertThat(tab.page().locator(".comparison .removed")).hasText("Two");
        assertThat(tab.page().locator(".comparison .added")).hasText("Three");
        tab.button("Close").click();
        tab.page().getByLabel("Status of version 2").selectOption("deprecated");
        tab.button("Restore version 1").click();

        assertThat(card(tab, "tale")).containsText("version 3");
        assertThat(tab.page().getByLabel("Status of version 2")).hasValue("deprecated");
        assertThat(call("GET", "/prompts/tale", null).body()).contains("One\\nTwo");
        tab.assertClean();
    }

    /** Symptom: only the first page of a list was shown, and only the newest versions of an entry. */
    @Test
    void lists_and_versions_are_read_beyond_their_first_pages() {
        for (String name : List.of("paged-1", "paged-2", "paged-3")) {
            call("POST", "/prompts", "{\"name\":\"" + name + "\",\"settings\":{\"text\":\"1\"}}");
        }
        for (int version = 1; version <= 2; version++) {
            call("PUT", "/prompts/paged-1", "{\"version\":" + version + ",\"settings\":{\"text\":\"next\"}}");
        }
        BENCH.person().route(Pattern.compile(".*/api/v1/prompts.*[?]limit=.*"), PageCatalogIT::withShortPages);
        Tab tab = openAsAdmin("prompts");

        assertThat(card(tab, "paged-1")).isVisible();
        assertThat(card(tab, "paged-3")).isVisible();
        card(tab, "paged-1").getByText("Versions").click();
        assertThat(tab.button("Restore version 2")).isVisible();
        assertThat(tab.button("Restore version 1")).hasCount(0);
        tab.button("Older ones of paged-1").click();
        tab.button("Restore version 1").click();
        assertThat(card(tab, "paged-1")).containsText("version 4");
        assertThat(tab.button("Restore version 3")).isVisible();
        assertThat(tab.button("Restore version 1")).isVisible();
        assertThat(tab.button("Older ones of paged-1")).hasCount(0);

        tab.page().locator(".entry-kinds").getByText("Agents").click();
        tab.button("New agent…").click();
        assertThat(tab.page().locator("#names-prompt option[value='paged-3']")).hasCount(1);
        tab.assertClean();
    }

    /** As if an answer had two entries at most. */
    private static void withShortPages(Route route) {
        String url = route.request().url().replaceFirst("limit=[0-9]+", "limit=2");
        route.resume(new Route.ResumeOptions().setUrl(url));
    }

    @Test
    void a_model_is_checked_and_the_reason_why_it_is_silent_is_beside_it() {
        call(
                "POST",
                "/providers",
                "{\"name\":\"away\",\"settings\":{\"type\":\"ollama\",\"baseUrl\":\"http://127.0.0.1:1\"}}");
        call("POST", "/models", "{\"name\":\"silent\",\"settings\":{\"provider\":\"away\",\"name\":\"m\"}}");
        Tab tab = openAsAdmin("models");

        tab.button("Check default").click();
        tab.button("Check silent").click();

        assertThat(card(tab, "default").locator(".model-check.works")).containsText("The model demo answers.");
        assertThat(card(tab, "silent").locator(".model-check.fails"))
                .containsText("Nothing answers at the address of the provider.");
        tab.page().evaluate(AxeBuilder.getAxeScript());
        check(tab);
        call("DELETE", "/models/silent?version=1", null);
        call("DELETE", "/providers/away?version=1", null);
    }

    @Test
    void a_prompt_is_previewed_before_it_is_saved() {
        call("POST", "/agents", "{\"name\":\"reader\",\"settings\":{\"title\":\"The reader\"}}");
        Tab tab = openAsAdmin("prompts");
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        tab.button("New prompt…").click();
        assertThat(tab.button("Preview…")).isDisabled();
        field(tab, "text").fill("You are {{agent}}. {{nobody}} <b>bold</b>");

        tab.button("Preview…").click();

        Locator preview = tab.page().locator(".preview");
        assertThat(preview.locator("pre")).hasText("You are default. {{nobody}} <b>bold</b>");
        assertThat(preview.locator(".fault")).containsText("This is no variable: {{nobody}}.");
        tab.page().locator(".preview-choices select").first().selectOption("reader");
        assertThat(preview.locator("pre")).containsText("You are The reader.");
        tab.page().evaluate(AxeBuilder.getAxeScript());
        check(tab);
        tab.button("Close").click();
        assertThat(tab.button("Preview…")).isFocused();
        assertThat(field(tab, "text")).hasValue("You are {{agent}}. {{nobody}} <b>bold</b>");
        tab.assertClean();
        call("DELETE", "/agents/reader?version=1", null);
    }

    @Test
    void an_entry_is_duplicated_exported_and_deleted() throws IOException {
        call("POST", "/agents", "{\"name\":\"helper\",\"settings\":{\"title\":\"Helper\"}}");
        Tab tab = openAsAdmin("agents");

        tab.button("Duplicate helper").click();
        assertThat(field(tab, "name")).hasValue("helper-2");
        tab.button("Create").click();
        assertThat(card(tab, "helper-2")).containsText("Helper");
        Download file =
                tab.page().waitForDownload(() -> tab.button("Export helper-2").click());
        assertThat(file.suggestedFilename()).isEqualTo("helper-2.yaml");
        assertThat(new String(file.createReadStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("title: Helper\n");
        tab.button("Delete helper-2").click();
        tab.page()
                .locator("#dialog")
                .getByText("Delete", new Locator.GetByTextOptions().setExact(true))
                .click();

        assertThat(card(tab, "helper-2")).hasCount(0);
        assertThat(card(tab, "helper")).hasCount(1);
    }

    /** An entry of a file differs for the page from one of the settings by its origin only. */
    @ParameterizedTest
    @CsvSource({"settings, from the settings", "file, from a file"})
    void what_comes_from_settings_or_a_file_is_only_shown(String origin, String words) {
        BENCH.person().route(Pattern.compile(".*/api/v1/models([?]limit=.*|/default)"), route -> {
            APIResponse answer = route.fetch();
            String body = answer.text().replace("\"origin\":\"settings\"", "\"origin\":\"" + origin + "\"");
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(body));
        });
        Tab tab = openAsAdmin("models");
        assertThat(card(tab, "default")).containsText(words + ", read-only");
        for (String label : List.of("Edit default", "Delete default")) {
            assertThat(tab.button(label)).hasCount(0);
        }
        assertThat(card(tab, "default").getByLabel("Select default")).hasCount(0);

        tab.button("Show default").click();

        assertThat(tab.page().locator(".entry-form")).containsText("It comes " + words + " and is read-only here.");
        assertThat(field(tab, "provider")).hasAttribute("readonly", "");
        assertThat(tab.button("Save")).hasCount(0);
        tab.button("Back").click();
        assertThat(tab.button("Show default")).isFocused();
    }

    @Test
    void an_agent_is_chosen_for_a_new_chat_which_names_it() {
        call(
                "POST",
                "/agents",
                "{\"name\":\"printers\",\"settings\":{\"title\":\"Printer expert\",\"description\":\"Knows printers.\"}}");
        Tab tab = BENCH.open();
        tab.page().getByLabel("Agent").selectOption("Printer expert");
        assertThat(tab.page().locator(".choices")).containsText("Knows printers.");

        tab.ask("/echo hello");

        assertThat(tab.page().locator(".who")).containsText("Printer expert");
        assertThat(tab.page().getByLabel("Agent")).hasCount(0);
        tab.assertClean();
    }

    @Test
    void a_model_is_chosen_for_a_message_and_another_one_for_its_answer() {
        for (String name : List.of("second", "third")) {
            call(
                    "POST",
                    "/models",
                    "{\"name\":\"%1$s\",\"settings\":{\"provider\":\"default\",\"title\":\"The %1$s\"}}"
                            .formatted(name));
        }
        Tab tab = BENCH.open();
        tab.page().locator("#choose-model").selectOption("The second");
        tab.ask("/echo one");
        assertThat(tab.page().locator(".message.assistant").last()).containsText("one");
        assertThat(chosenOf(tab)).isEqualTo("second");

        tab.button("Answer again with another model").click();
        Locator menu = tab.page().getByRole(AriaRole.MENU);
        assertThat(menu.getByRole(AriaRole.MENUITEM)).hasCount(3);
        menu.getByText("The third").click();

        assertThat(tab.page().locator(".versions").first()).isVisible();
        assertThat(tab.page().locator(".message.assistant")).hasCount(1);
        assertThat(chosenOf(tab)).isEqualTo("third");
        tab.assertClean();
        call("DELETE", "/models/second?version=1", null);
        call("DELETE", "/models/third?version=1", null);
    }

    @Test
    void where_nobody_chooses_a_model_no_choice_is_offered() {
        call(
                "POST",
                "/models",
                "{\"name\":\"second\",\"settings\":{\"provider\":\"default\",\"title\":\"The second\"}}");
        call("POST", "/agents", "{\"name\":\"strict\",\"settings\":{\"title\":\"Strict\",\"modelChoice\":false}}");
        Tab tab = BENCH.open();
        tab.page().getByLabel("Agent").selectOption("Strict");
        assertThat(tab.page().locator("#choose-model")).hasCount(0);

        tab.ask("/echo one");

        assertThat(tab.button("Answer again").first()).isVisible();
        assertThat(tab.button("Answer again with another model")).isHidden();
        call("DELETE", "/models/second?version=1", null);
    }

    /** The model that was chosen for the last question of the open chat. */
    private static String chosenOf(Tab tab) {
        String session = (String) tab.page().evaluate("location.hash.split('/').at(-1)");
        JsonArray messages = BENCH.server().messages(BENCH.server().token(BENCH.user()), session, 10);
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonObject metadata = messages.getJsonObject(i).getJsonObject("metadata");
            if (metadata != null && metadata.containsKey("chosen"))
                return metadata.getJsonObject("chosen").getString("model");
        }
        return null;
    }

    @Test
    void staff_look_at_entries_and_change_none() {
        call("POST", "/agents", "{\"name\":\"looked-at\",\"settings\":{\"title\":\"Looked at\"}}");
        BENCH.person().route("**/api/v1/dev/token", route -> as(route, "staff"));
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/agents");

        tab.button("Show looked-at").click();

        assertThat(field(tab, "title")).hasValue("Looked at");
        assertThat(field(tab, "title")).hasAttribute("readonly", "");
        assertThat(tab.button("Save")).hasCount(0);
        tab.button("Back").click();
        assertThat(tab.page().locator("#new-entry")).hasCount(0);
        assertThat(tab.button("Delete looked-at")).hasCount(0);
        tab.assertClean();
    }

    @Test
    void others_are_told_that_the_page_is_not_for_them() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/admin/models");

        assertThat(tab.page().locator(".page")).containsText("Only staff and administrators see this page.");
    }

    @Test
    void lists_and_forms_follow_the_rules_of_accessibility_on_a_phone_too() {
        call("POST", "/prompts", "{\"name\":\"axe\",\"settings\":{\"text\":\"One\",\"note\":\"Why\"}}");
        call("PUT", "/prompts/axe", "{\"version\":1,\"settings\":{\"text\":\"Two\",\"note\":\"Why\"}}");
        for (BrowserContext person : List.of(BENCH.person(), BENCH.browser().personOnPhone(BENCH.user()))) {
            person.route("**/api/v1/dev/token", PageCatalogIT::asAdmin);
            Tab tab = BENCH.browser().open(person, BENCH.server().url() + "/#/admin/prompts");
            // Colours of a dialog that is still fading in are not those that people read.
            tab.page().emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
            tab.page().evaluate(AxeBuilder.getAxeScript());
            card(tab, "axe").getByText("Versions").click();
            assertThat(tab.button("Compare version 1 with the newest")).isVisible();
            check(tab);
            tab.button("Compare version 1 with the newest").click();
            assertThat(tab.page().locator(".comparison")).isVisible();
            check(tab);
            tab.button("Close").click();
            tab.button("Edit axe").click();
            assertThat(field(tab, "text")).isVisible();
            check(tab);
            boolean fits = (boolean) tab.page().evaluate("document.documentElement.scrollWidth <= innerWidth");
            assertThat(fits).isTrue();
        }
    }

    private static void check(Tab tab) {
        assertThat((List<?>) tab.page().evaluate(BROKEN_RULES)).isEmpty();
    }

    private static Locator card(Tab tab, String name) {
        return tab.page().locator("[data-entry='" + name + "']");
    }

    private static Locator setting(Tab tab, String path) {
        return tab.page().locator("[data-key='" + path + "']");
    }

    private static Locator field(Tab tab, String path) {
        return field(tab, path, 0);
    }

    /** @param which of those with that label: a name of an entry comes before a setting called name */
    private static Locator field(Tab tab, String path, int which) {
        Locator form = tab.page().locator(".entry-form");
        return path.equals("name")
                ? form.locator(which == 0 ? "#entry-name" : "#of-name")
                : form.locator("[id='of-" + path + "']");
    }

    private static HttpResponse<String> call(String method, String path, String body) {
        String token = BENCH.server().token("root", "admin");
        return BENCH.server().call(method, "/api/v1" + path, token, body);
    }

    private static Tab openAsAdmin(String kind) {
        BENCH.person().route("**/api/v1/dev/token", PageCatalogIT::asAdmin);
        return BENCH.open(BENCH.server().url() + "/#/admin/" + kind);
    }

    private static void asAdmin(Route route) {
        as(route, "admin");
    }

    private static void as(Route route, String role) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"" + role + "\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
