package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.WaitUntilState;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must be loaded until a message can be written and sent, over a slow connection. Counts are asserted, times printed. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageWeightIT {
    private static final int REQUESTS_MAX = 12;
    private static final int BYTES_MAX = 100_000;
    private static final int ROUNDS = 5;

    private static final Pattern LATER =
            Pattern.compile(".*/assets/(texts|parts|markdown|overlays)-[^/]*\\.(js|css)(\\?.*)?");

    /** Requests before the page was usable: the name, and the received bytes. Icons and the manifest do not count. */
    private static final String LOADED = """
            () => {
              const usable = performance.getEntriesByName('usable')[0].startTime
              const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
              const loaded = entries.filter(({ startTime, name }) => startTime < usable && !/[/](icons[/].*|icon[.]svg|favicon[.]ico|manifest[.]webmanifest)$/.test(name))
              return JSON.stringify([usable, ...loaded.map(({ name, transferSize }) => [name, transferSize])])
            }""";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    /** Symptom: 98 requests and 459 KB, uncompressed, before a message could be written. */
    @Test
    void a_message_can_be_written_after_few_requests_and_bytes() {
        double[] firstMs = new double[ROUNDS];
        double[] againMs = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            try (BrowserContext person = BENCH.browser().person(BENCH.user() + i)) {
                JsonArray first = loaded(visit(person));
                firstMs[i] = first.getDouble(0);
                assertThat(first.size() - 1 + 1)
                        .as("requests, with that for the socket: %s", first)
                        .isLessThanOrEqualTo(REQUESTS_MAX);
                assertThat(bytes(first)).as("bytes: %s", first).isBetween(20_000, BYTES_MAX);
                JsonArray again = loaded(visit(person));
                againMs[i] = again.getDouble(0);
                assertThat(bytes(again))
                        .as("bytes of the next visit: %s", again)
                        .isLessThan(10_000);
                if (i == 0)
                    System.out.printf("until the field is usable: %d requests, %d bytes%n", first.size(), bytes(first));
            }
        }
        System.out.printf(
                "usable at 150 ms and 1.6 Mbit/s, median of %d: %.0f ms, the next visit %.0f ms%n",
                ROUNDS, median(firstMs), median(againMs));
    }

    @Test
    void text_typed_before_the_scripts_are_loaded_is_kept_and_sent() {
        Page page = BENCH.person().newPage();
        page.route(Pattern.compile(".*/assets/main-.*\\.js"), route -> {
            page.locator("#message").pressSequentially("/echo early words");
            route.resume();
        });
        page.navigate(BENCH.server().url(), new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));

        assertThat(page.locator(".new-chat")).isVisible();
        assertThat(page.locator("#message")).hasValue("/echo early words");
        page.locator("#message").press("Enter");

        assertThat(page.locator(".message.assistant")).hasText(Pattern.compile("\\s*early words.*"));
    }

    /** Symptom: after a lost connection at the wrong moment a page showed no answers until it was reloaded. */
    @Test
    void a_module_that_failed_to_load_is_loaded_again() {
        Page page = BENCH.person().newPage();
        Set<String> refused = ConcurrentHashMap.newKeySet();
        page.route(LATER, route -> {
            String address = route.request().url().replaceAll("\\?.*", "");
            if (refused.add(address)) route.abort();
            else route.resume();
        });
        page.navigate(BENCH.server().url());
        page.locator("#message").fill("/echo **bold**");
        page.locator("#message").press("Enter");

        assertThat(page.locator(".message.assistant strong")).hasText("bold");
        page.keyboard().press("Control+/");
        assertThat(page.locator("#dialog")).containsText("Keyboard");
        assertThat(refused).hasSize(4);
    }

    /** Symptom, if the styles were not waited for: a page that is unstyled for as long as they take. */
    @ParameterizedTest
    @CsvSource({"pages, pages, /#/reminders, .nothing-here", "texts, markdown, /#/docs, document-view:defined"})
    void nothing_that_is_loaded_later_is_seen_without_its_styles(
            String module, String sheet, String place, String seen) {
        Page page = BENCH.person().newPage();
        CompletableFuture<Route> held = new CompletableFuture<>();
        CompletableFuture<String> script = new CompletableFuture<>();
        page.route(Pattern.compile(".*/assets/" + sheet + "-[^/]*\\.css"), held::complete);
        page.onResponse(response -> {
            if (response.url().matches(".*/assets/" + module + "-[^/]*\\.js")) script.complete(response.url());
        });
        page.navigate(BENCH.server().url() + place, new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
        page.waitForCondition(() -> held.isDone() && script.isDone());

        page.evaluate("address => import(address)", script.join());
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        assertThat(page.locator(seen)).hasCount(0);

        held.join().resume();
        assertThat(page.locator(seen)).hasCount(1);
    }

    @Test
    void for_development_the_modules_are_served_as_they_are() {
        try (TestServer modules = TestServer.start(Map.of("server.builtPage", "false"))) {
            Tab tab = BENCH.open(modules.url());

            tab.ask("/echo **bold**");

            assertThat(tab.answer().locator("strong")).hasText("bold");
            assertThat(tab.requests("/js/main.js")).isEqualTo(1);
            tab.assertClean();
        }
    }

    private static Page visit(BrowserContext person) {
        Page page = person.newPage();
        CDPSession session = person.newCDPSession(page);
        session.send("Network.enable");
        JsonObject slow = new JsonObject();
        slow.addProperty("offline", false);
        slow.addProperty("latency", 150);
        slow.addProperty("downloadThroughput", 1_600_000 / 8);
        slow.addProperty("uploadThroughput", 750_000 / 8);
        session.send("Network.emulateNetworkConditions", slow);
        page.navigate(BENCH.server().url());
        page.waitForFunction("() => performance.getEntriesByName('usable').length > 0");
        assertThat(page.locator(".connection")).hasText("Connected");
        return page;
    }

    private static JsonArray loaded(Page page) {
        JsonArray loaded = new JsonArray((String) page.evaluate(LOADED));
        page.close();
        return loaded;
    }

    private static int bytes(JsonArray loaded) {
        return loaded.stream()
                .skip(1)
                .mapToInt(entry -> ((JsonArray) entry).getInteger(1))
                .sum();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
