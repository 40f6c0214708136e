package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page on which people make and revoke API keys. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageKeysIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("keys.perUserMax", "1", "keys.flushMs", "100"));

    @Test
    void a_person_makes_a_key_copies_it_and_revokes_it() {
        Tab tab = BENCH.open();
        tab.awaitConnected();
        Page page = tab.page();
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        page.navigate(BENCH.server().url() + "/#/keys");
        assertThat(page.getByText("There are no keys.")).isVisible();

        button(tab, "New API key…").click();
        assertThat(page.locator("#key-name")).isFocused();
        assertThatObject(new AxeBuilder(page).analyze().getViolations()).isEqualTo(List.of());
        page.keyboard().type("Cron <b>job</b>");
        page.getByLabel("Read your chats").check();
        page.locator("#key-days").selectOption("30");
        page.getByLabel("Agents (optional)").fill("default, poet");
        page.getByLabel("Requests a minute (optional)").fill("30");
        page.getByLabel("Requests a day (optional)").fill("500");
        button(tab, "Make the key").click();

        Locator secret = page.locator("#hook-secret");
        assertThat(secret).isFocused();
        String text = secret.inputValue();
        assertThatObject(text.startsWith("rpk_")).isEqualTo(true);
        assertThatObject(BENCH.server().call("GET", "/api/v1/me", text, null).statusCode())
                .isEqualTo(200);
        button(tab, "Done").click();
        Locator keys = page.locator(".keys li");
        assertThat(keys).hasCount(1);
        assertThat(keys.first()).containsText("Cron <b>job</b>");
        assertThat(keys.first()).containsText("Read your chats");
        assertThat(keys.first()).containsText("with default, poet only");
        assertThat(keys.first()).containsText("At most 30 a minute, 500 a day");
        assertThat(page.getByText("as many as this server allows")).isVisible();
        assertThat(page.locator("body")).not().containsText(text);
        assertThatObject(new AxeBuilder(page).analyze().getViolations()).isEqualTo(List.of());

        button(tab, "Revoke Cron <b>job</b>").click();
        button(tab, "Revoke").click();

        assertThat(page.getByText("There are no keys.")).isVisible();
        assertThatObject(BENCH.server().call("GET", "/api/v1/me", text, null).statusCode())
                .isEqualTo(401);
        tab.assertClean();
    }

    private static Locator button(Tab tab, String name) {
        return tab.page()
                .getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
