package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import io.reprise.agent.ScriptedTool;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.inquiry.Inquiry.Mode;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.tool.AskingException;
import io.reprise.tool.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Questions of tools to people, on the page. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageQuestionsIT {
    private static final String FORM = """
            {"type": "object", "required": ["name", "size"], "properties": {
              "name": {"type": "string", "title": "Your name", "description": "As on the parcel", "minLength": 2},
              "age": {"type": "integer", "title": "Age", "minimum": 18},
              "size": {"type": "string", "title": "Size", "oneOf": [{"const": "s", "title": "Small"}, {"const": "l", "title": "Large"}]},
              "gift": {"type": "boolean", "title": "A gift", "default": true},
              "extras": {"type": "array", "title": "Extras", "items": {"enum": ["card", "ribbon"]}}}}""";

    private static final String BROKEN_RULES = """
            async () => {
              const { violations } = await axe.run('[data-interrupt]', { resultTypes: ['violations'] })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)
            }""";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(
            Map.of(),
            new ScriptedTool("order", (call, stop) -> asked(call, Mode.FORM, FORM, null)),
            new ScriptedTool(
                    "pay", (call, stop) -> asked(call, Mode.URL, null, "https://pay.example/orders/17?key=a")));

    private static String asked(ToolCall call, Mode mode, String form, String url) {
        if (call.continued() != null) {
            return call.continued().answer() + " " + call.continued().content();
        }
        throw AskingException.keeping(
                new Inquiry("Parcel office", mode, "For <b>whom</b> is it?", form, url, 600_000), "s");
    }

    private Tab tab;

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    private Locator asks(String message) {
        tab = BENCH.open();
        tab.say(message);
        Locator card = tab.page().locator("[data-interrupt]");
        assertThat(card).isVisible();
        return card;
    }

    @Test
    void a_form_is_filled_in_and_sent_to_the_server_that_asks() {
        Locator card = asks("/tool order {}");

        assertThat(card).containsText("Parcel office asks you");
        assertThat(card).containsText("For <b>whom</b> is it?");
        assertThat(tab.page().getByRole(AriaRole.GROUP, named("Question of Parcel office")))
                .isVisible();
        assertThat(card.getByLabel("A gift")).isChecked();
        card.getByLabel("Your name").fill("Ada");
        card.getByLabel("Age").fill("36");
        card.getByLabel("Size").selectOption("Large");
        card.getByLabel("ribbon").check();
        tab.button("Send").click();

        assertThat(tab.toolCard("done")).containsText("You answered");
        assertThat(tab.answer())
                .containsText(
                        "ACCEPT {\"age\":36,\"extras\":[\"ribbon\"],\"gift\":true,\"name\":\"Ada\",\"size\":\"l\"}");
        assertThat(tab.composer()).isFocused();
    }

    @Test
    void what_does_not_fit_is_not_sent_and_what_was_filled_in_stays() {
        Locator card = asks("/tool order {}");

        card.getByLabel("Your name").fill("Ada");
        card.getByLabel("Size").selectOption("Small");
        card.getByLabel("Age").fill("17");
        tab.button("Send").click();
        assertThat((boolean) card.getByLabel("Age").evaluate("field => field.validity.rangeUnderflow"))
                .isTrue();
        // Past the check of the browser, the server says what is wrong.
        card.locator("form").evaluate("form => { form.noValidate = true }");
        tab.button("Send").click();
        assertThat(card.getByRole(AriaRole.ALERT)).containsText("\"age\" must be at least 18.");
        assertThat(card.getByLabel("Your name")).hasValue("Ada");
        card.getByLabel("Age").fill("18");
        tab.button("Send").click();

        assertThat(tab.answer()).containsText("\"age\":18");
    }

    @Test
    void a_question_is_answered_with_the_keyboard_alone_and_read_aloud() {
        Locator card = asks("/tool order {}");

        tab.button("Go to it").press("Enter");
        assertThat(card.getByLabel("Your name")).isFocused();
        assertThat(card.getByLabel("Your name")).hasAccessibleDescription("As on the parcel");
        tab.page().keyboard().type("Ada");
        card.getByLabel("Size").press("ArrowDown");
        card.getByLabel("Your name").press("Enter");

        assertThat(tab.answer()).containsText("\"name\":\"Ada\"");
    }

    @Test
    void a_question_is_declined_or_put_off() {
        asks("/tool order {}");
        tab.button("Decline").click();
        assertThat(tab.toolCard("done")).containsText("You dropped the request");
        assertThat(tab.answer()).containsText("DECLINE");
        tab.assertClean();

        asks("/tool order {}");
        tab.button("Not now").click();
        assertThat(tab.answer()).containsText("CANCEL");
    }

    @Test
    void an_address_is_shown_in_full_and_opened_only_by_a_click_in_a_tab_that_knows_nothing_of_this_one() {
        Locator card = asks("/tool pay {}");
        Locator link = card.getByRole(AriaRole.LINK);

        assertThat(card).containsText("https://pay.example/orders/17?key=a");
        assertThat(link).hasText("Open pay.example in a new tab");
        assertThat(link).hasAttribute("href", "https://pay.example/orders/17?key=a");
        assertThat(link).hasAttribute("target", "_blank");
        assertThat(link).hasAttribute("rel", "noopener noreferrer");
        assertThat(tab.page().context().pages())
                .as("nothing is opened by itself")
                .hasSize(1);
        tab.button("I have done it").click();

        assertThat(tab.answer()).containsText("ACCEPT null");
    }

    @Test
    void the_cards_break_no_rule_of_accessibility() {
        for (String message : new String[] {"/tool order {}", "/tool pay {}"}) {
            asks(message);
            tab.page().evaluate(AxeBuilder.getAxeScript());
            assertThat((List<?>) tab.page().evaluate(BROKEN_RULES)).as(message).isEmpty();
            tab.assertClean();
        }
    }

    private static GetByRoleOptions named(String name) {
        return new GetByRoleOptions().setName(name);
    }
}
