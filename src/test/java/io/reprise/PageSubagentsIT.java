package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The work of sub-agents on the page: in the card of the call that they answer. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageSubagentsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @BeforeAll
    static void agents() {
        String admin = BENCH.server().token("root", "admin");
        for (String entry : List.of(
                "{\"name\":\"helper\",\"settings\":{\"approvals\":[\"sleep\"]}}",
                "{\"name\":\"boss\",\"settings\":{\"subagents\":[\"helper\"]}}")) {
            assertThat(BENCH.server()
                            .call("POST", "/api/v1/agents", admin, entry)
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void the_card_of_a_call_shows_the_work_of_its_sub_agent_live_and_after_a_reload() {
        Tab tab = chat();
        tab.say("/tool agent_helper {\"task\":\"/tool time {}\"}");
        tab.awaitIdle();
        Tab reloaded = BENCH.open(tab.url());
        for (Tab each : List.of(tab, reloaded)) {
            Locator card = each.toolCard("done");
            assertThat(card.locator(".tool-name").first()).hasText("helper");
            assertThat(each.page().locator("article.assistant")).hasCount(1);

            card.locator("summary").first().focus();
            each.page().keyboard().press("Enter");

            assertThat(card).containsText("/tool time {}");
            Locator work = card.locator(".sub-agent");
            assertThat(work).hasAttribute("aria-label", "Work of helper");
            assertThat(work.locator("summary").first()).containsText("time");
            assertThat(work.locator(".said")).containsText("answered");
            each.page().keyboard().press("Tab");
            each.page().evaluate(AxeBuilder.getAxeScript());
            assertThat(
                            (List<?>)
                                    each.page()
                                            .evaluate(
                                                    "async () => (await axe.run(document, { resultTypes: ['violations'], iframes: false })).violations.map(v => v.id)"))
                    .isEmpty();
            each.assertClean();
        }
    }

    @Test
    void a_question_names_the_sub_agent_and_its_card_goes_on_after_the_decision() {
        Tab tab = chat();
        tab.say("/tool agent_helper {\"task\":\"/tool sleep {\\\"seconds\\\":0.01}\"}");
        assertThat(tab.toolCard("waiting")).containsText("Asked by the sub-agent helper");
        assertThat(tab.toolCard("cancelled")).hasCount(0);

        tab.button("Approve").click();

        tab.awaitAnswer("Slept for 0.01 s");
        assertThat(tab.toolCard("done")).hasCount(1);
        tab.assertClean();
    }

    /** A chat of the agent that has a sub-agent. */
    private static Tab chat() {
        Tab tab = BENCH.open();
        try (TestClient client = BENCH.server().client(BENCH.user())) {
            String session = client.ask("create", UUID.randomUUID().toString(), new JsonObject().put("agent", "boss"))
                    .getString("session");
            return BENCH.open(BENCH.server().url() + "/#/s/" + session);
        } finally {
            tab.page().close();
        }
    }
}
