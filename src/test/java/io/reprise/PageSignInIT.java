package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.reprise.mcp.FakeAuthority;
import io.reprise.mcp.FakeMcp;
import io.reprise.testing.Ports;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A person signs in to an MCP server, from a card in the conversation and from the page of keys. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageSignInIT {
    @Test
    void a_card_leads_to_the_sign_in_and_the_list_shows_it_and_ends_it() throws Exception {
        int port = Ports.free();
        Map<String, String> settings = Map.of(
                "outgoing.allow",
                "127.0.0.0/8",
                "mcp.runMs",
                "30000",
                "sessions.titles",
                "off",
                "secrets.key",
                SecretKeyFile.reference(),
                "server.port",
                String.valueOf(port),
                "server.publicUrl",
                "http://127.0.0.1:" + port);
        try (FakeMcp mcp = FakeMcp.start(true);
                FakeAuthority authority = new FakeAuthority();
                TestServer server = TestServer.start(settings);
                TestBrowser browser = TestBrowser.start()) {
            authority.guard(mcp);
            create(
                    server,
                    "mcp-servers",
                    "house",
                    "{\"title\":\"The house\",\"auth\":\"oauth\",\"url\":\"" + mcp.url() + "\"}");
            create(server, "agents", "clerk", "{\"mcpServers\":[\"house\"]}");
            String session = new JsonObject(
                            server.call("POST", "/api/v1/sessions", server.token("ada"), "{\"agent\":\"clerk\"}")
                                    .body())
                    .getString("session");
            Tab tab = browser.open(browser.person("ada"), server.url() + "/#/s/" + session);
            Page page = tab.page();
            tab.say("/tool house_sign_in {}");

            Locator link = page.locator(".inquiry-open");
            assertThat(link).hasText("Sign in, in a new tab");
            Page other = page.waitForPopup(link::click);
            other.waitForURL("**/#/s/" + session);
            assertThat(page.locator(".message.assistant.newest")).containsText("its tools can be used");
            other.close();

            page.navigate(server.url() + "/#/keys");
            Locator card = page.locator("[data-server=house]");
            assertThat(card).containsText("Signed in");
            assertThatObject(new AxeBuilder(page).analyze().getViolations()).isEqualTo(List.of());
            button(page, "Sign out of The house").click();
            button(page, "Sign out").click();
            assertThat(card).containsText("Not signed in");
            button(page, "Sign in to The house").click();
            assertThat(card).containsText("Sign in again");
            tab.assertClean();
        }
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void create(TestServer server, String kind, String name, String settings) {
        String body = "{\"name\":\"" + name + "\",\"settings\":" + settings + "}";
        assertThatObject(server.call("POST", "/api/v1/" + kind, server.token("root", "admin"), body)
                        .statusCode())
                .isEqualTo(201);
    }
}
