package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.Wire;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the first start to answers of a real provider, in the page alone. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageNewcomerIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void an_administrator_connects_a_provider_and_the_chat_answers_from_it_without_a_restart() {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI)) {
            provider.answering(answer -> answer.text("Greetings from afar").done());
            BENCH.person().route("**/api/v1/dev/token", PageNewcomerIT::asAdmin);
            Tab tab = BENCH.open();
            Page page = tab.page();
            assertThat(page.locator(".demo-note")).isVisible();

            // When the administrator makes a provider and its model,
            page.locator(".demo-note a").click(); // which leads to the form
            assertThat(page.locator(".entry-form h3")).isFocused();
            field(tab, "entry-name").fill("work");
            field(tab, "of-type").selectOption("openai");
            field(tab, "of-baseUrl").fill(provider.url());
            tab.button("Create").click();
            assertThat(card(tab, "work")).containsText("made here");
            page.locator(".entry-kinds").getByText("Models").click();
            tab.button("New model…").click();
            field(tab, "entry-name").fill("small");
            field(tab, "of-provider").fill("work");
            field(tab, "of-name").fill("small-1");
            tab.button("Create").click();
            // and marks it as the default,
            tab.button("Make default: small").click();
            assertThat(card(tab, "small")).containsText("Default");

            // Then a new chat is answered by it, and nothing speaks of the demo model any more.
            Tab chat = BENCH.open();
            assertThat(chat.composer()).isVisible();
            chat.awaitConnected();
            chat.ask("hello");
            chat.awaitAnswer("Greetings from afar");
            assertThat(chat.page().locator(".demo-note")).hasCount(0);
            assertThat(provider.calls)
                    .isNotEmpty()
                    .allMatch(call -> "small-1".equals(call.body().getString("model")));
            chat.assertClean();
        }
    }

    private static Locator card(Tab tab, String name) {
        return tab.page().locator("[data-entry='" + name + "']");
    }

    private static Locator field(Tab tab, String id) {
        return tab.page().locator(".entry-form [id='" + id + "']");
    }

    private static void asAdmin(Route route) {
        String asked = route.request().postData().replace("\"user\"]", "\"user\",\"admin\"]");
        route.resume(new Route.ResumeOptions().setPostData(asked));
    }
}
