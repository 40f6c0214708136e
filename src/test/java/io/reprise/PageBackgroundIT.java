package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import io.reprise.testing.Gate;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person lets a call go on in the background, sees it there, and reads its result or cancels it. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageBackgroundIT {
    private static final String BROKEN_RULES = """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false })
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(' ')}`)
            }""";

    private static final Gate GATE = new Gate();

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("recalls.pollMs", "200"), GATE);

    @Test
    void a_call_goes_on_in_the_background_and_its_result_comes_into_the_chat() {
        Tab tab = BENCH.open();
        Locator chip = tab.page().locator(".call-chip");
        tab.say(Gate.CALL);

        Locator button = tab.button("Let gate go on in the background");
        assertThat(button).isVisible();
        GATE.awaitCall(tab.session());
        button.focus();
        tab.page().keyboard().press("Enter");

        assertThat(chip).containsText("A call of the tool gate goes on in the background.");
        assertThat(button).hasCount(0);
        tab.page().evaluate(AxeBuilder.getAxeScript());
        assertThat((List<?>) tab.page().evaluate(BROKEN_RULES)).isEmpty();
        GATE.open(tab.session());
        assertThat(tab.page()
                        .locator(".message")
                        .getByText("which went on in the background")
                        .first())
                .isVisible();
        assertThat(chip).hasCount(0);
        tab.assertClean();
    }

    @Test
    void a_call_in_the_background_is_cancelled_at_its_chip() {
        Tab tab = BENCH.open();
        tab.say("/tool sleep {\"seconds\":600,\"background\":true}");
        Locator chip = tab.page().locator(".call-chip");
        assertThat(chip).isVisible();

        chip.click();
        tab.menuItem("Cancel it").click();

        assertThat(chip).hasCount(0);
        tab.assertClean();
    }
}
