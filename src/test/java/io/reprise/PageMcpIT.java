package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.reprise.mcp.FakeMcp;
import io.reprise.testing.PageBench;
import io.reprise.testing.Patience;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page of MCP servers: their state, their tools, and what went wrong last. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageMcpIT {
    private static final String BROKEN_RULES = """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(' ')}`)
            }""";

    @RegisterExtension
    static final PageBench BENCH =
            new PageBench(Map.of("outgoing.allow", "127.0.0.0/8", "mcp.checkPauseMs", "10", "mcp.runMs", "30000"));

    private static final Page.GetByTextOptions EXACT = new Page.GetByTextOptions().setExact(true);

    private final FakeMcp fake = FakeMcp.start(true);
    private Tab tab;

    @BeforeEach
    void a_server_in_the_catalogue() {
        JsonObject settings = new JsonObject().put("url", fake.url()).put("title", "House");
        create("mcp-servers", "house", settings);
        create("agents", "butler", new JsonObject("{\"mcpServers\":[\"house\"]}"));
        BENCH.person().route("**/api/v1/dev/token", PageMcpIT::asAdmin);
        tab = BENCH.open(BENCH.server().url() + "/#/admin/mcp-servers");
    }

    @AfterEach
    void clean() {
        tab.assertClean();
        delete("agents", "butler");
        delete("mcp-servers", "house");
        fake.close();
    }

    @Test
    void a_check_shows_the_state_of_the_server_and_its_tools_with_what_they_cost() {
        tab.button("Check house now").click();

        assertThat(card()).containsText("Healthy");
        assertThat(card()).containsText("protocol 2026-07-28");
        assertThat(tab.page().locator("body"))
                .containsText(Pattern.compile("“house” works; it answered within \\d+ ms\\."));
        BENCH.server().call("GET", "/api/v1/mcp-servers/house/tools", admin(), null); // Has them listed.
        await().atMost(Patience.LIMIT).until(() -> fake.count("tools/list") > 0);
        tools().locator("summary").click();
        assertThat(tools()).containsText(Pattern.compile("house_echo about \\d+ tokens Does echo"));
        tab.button("Clear the cache of house").click();
        assertThat(tab.page().locator("body")).containsText("of “house” forgotten");

        tab.page().evaluate(AxeBuilder.getAxeScript());
        assertThat((List<?>) tab.page().evaluate(BROKEN_RULES)).isEmpty();
    }

    @Test
    void what_went_wrong_last_is_told_and_an_open_page_hears_of_it() {
        tab.button("Check house now").click();
        assertThat(card()).containsText("Healthy");
        fake.methods.put(
                "server/discover", asked -> asked.response().setStatusCode(500).end());

        tab.button("Check house now").click();
        BENCH.server().call("POST", "/api/v1/mcp-servers/house/check", admin(), null);

        assertThat(card()).containsText("Unhealthy");
        assertThat(card()).containsText("The server answered with status 500.");
        assertThat(tab.page().locator("body")).containsText("The tools of “House” do not work at the moment.");
    }

    @Test
    void what_a_server_is_told_about_who_asks_is_shown() {
        create("mcp-servers", "guild", new JsonObject().put("url", fake.url()).put("auth", "oauth"));
        create("mcp-servers", "vault", new JsonObject().put("url", fake.url()).put("token", "env:NOT_THERE_TOKEN"));
        try {
            tab.page().reload();

            assertThat(card("guild")).containsText("0 people have signed in, you have not");
            assertThat(card("vault")).containsText("A secret to which its entry refers does not exist on this node.");
            assertThat(card()).not().containsText("signed in");
        } finally {
            delete("mcp-servers", "guild");
            delete("mcp-servers", "vault");
        }
    }

    private Locator card() {
        return card("house");
    }

    private Locator card(String entry) {
        return tab.page().locator("[data-entry=" + entry + "]");
    }

    private Locator tools() {
        return card().locator(
                        "details",
                        new Locator.LocatorOptions().setHas(tab.page().getByText("Tools", EXACT)));
    }

    private static String admin() {
        return BENCH.server().token("root", "admin");
    }

    private static void create(String kind, String name, JsonObject settings) {
        String body =
                new JsonObject().put("name", name).put("settings", settings).encode();
        assertThat(BENCH.server().call("POST", "/api/v1/" + kind, admin(), body).statusCode())
                .isEqualTo(201);
    }

    /** Versions go on after an entry was deleted. */
    private static void delete(String kind, String name) {
        String path = "/api/v1/" + kind + "/" + name;
        int version =
                new JsonObject(BENCH.server().call("GET", path, admin(), null).body()).getInteger("version");
        assertThat(BENCH.server()
                        .call("DELETE", path + "?version=" + version, admin(), null)
                        .statusCode())
                .isEqualTo(204);
    }

    private static void asAdmin(Route route) {
        route.resume(new Route.ResumeOptions()
                .setPostData(route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]")));
    }
}
