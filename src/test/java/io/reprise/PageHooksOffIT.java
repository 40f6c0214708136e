package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hooks and webhooks on the page of a server that has no key for stored secrets. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageHooksOffIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void they_are_off_and_the_page_says_why() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/hooks");
        Page page = tab.page();

        assertThat(page.locator(".page .reminder-trouble")).containsText("secrets.key");
        assertThat(page.locator(".page .reminder-trouble")).containsText("New hooks cannot be made.");
        assertThat(page.locator(".add-webhook")).hasCount(0);
        tab.assertClean();
    }
}
