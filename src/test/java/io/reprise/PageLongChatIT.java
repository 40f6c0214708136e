package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.reprise.testing.BigSession;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Long conversations: their cost, the scroll position, and the separators of days. Counts are asserted, times printed.
 */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageLongChatIT {
    private static final int RUNS = 1_000;
    private static final int TEXT_CHARS = 400;
    private static final int NEWEST = 200;
    private static final int WORDS = 200;

    /**
     * What is rendered in addition to one row for each update: at the beginning and at the end of a run, and with a new
     * minute.
     */
    private static final int ROWS_BESIDES = 40;

    /** Seconds of the rendering thread, and the number of layouts. */
    private static final String CPU = "TaskDuration";

    private static final String LAYOUTS = "LayoutCount";

    private static final String LONG_TASKS = """
            window.longTasks = []
            new PerformanceObserver(list => window.longTasks.push(...list.getEntries().map(entry => Math.round(entry.duration))))
              .observe({ entryTypes: ['longtask'] })""";

    /** The message that is cut by the upper edge or is below it, and its distance from the edge. */
    private static final String PLACE = """
            () => {
              const top = document.getElementById('transcript').getBoundingClientRect().top
              const first = [...document.querySelectorAll('.message[data-message]')].find(message => message.getBoundingClientRect().bottom > top)
              return first ? `${first.dataset.message} ${Math.round(first.getBoundingClientRect().top - top)}` : ''
            }""";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private BigSession session;
    private Tab tab;

    @BeforeEach
    void open() {
        session = new BigSession("s_" + UUID.randomUUID(), BENCH.user(), RUNS, TEXT_CHARS)
                .storeIn(BENCH.server().database());
        BENCH.person().addInitScript(LONG_TASKS);
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    /**
     * Symptom: with 2,000 messages in the page a key cost 42 ms and an update of an answer 15 ms. Cause: each visited
     * all
     * messages, and all were laid out. Later a key cost 8 ms, also in an empty chat: each rendered the whole page,
     * measured the field
     * twice and stored its text.
     */
    @Test
    void the_cost_of_a_key_and_of_a_delta_does_not_grow_with_the_chat() {
        tab = openAtItsEnd();
        System.out.printf("a chat of %d messages is opened: tasks over 50 ms: %s%n", session.messages(), longTasks());
        readAll();
        System.out.printf("all are read: tasks over 50 ms: %s%n", longTasks());
        assertHasLittleToLookAt();
        CDPSession devtools = measured(tab);
        String letters = "abcdefghi ".repeat(6);

        // When a message is written
        tab.composer().focus();
        double before = metric(devtools, CPU);
        double layouts = metric(devtools, LAYOUTS);
        tab.page().keyboard().type(letters);
        System.out.printf("%.1f ms of CPU for a letter%n", 1000 * (metric(devtools, CPU) - before) / letters.length());
        double layoutsOfLetters = metric(devtools, LAYOUTS) - layouts;
        count(devtools);
        tab.page().keyboard().type(letters);
        Map<String, Integer> typed = counted(devtools);

        // Then the browser lays out the field once for each key, the page is not rendered, and no message is visited
        assertThat(typed.get("typed")).isEqualTo(letters.length());
        assertThat(layoutsOfLetters).as("layouts").isLessThan(1.5 * letters.length());
        assertThat(typed.getOrDefault("draw", 0)).as("renderings").isLessThan(letters.length() / 4);
        assertThat(typed.getOrDefault("setItem", 0)).as("texts that are stored").isLessThan(letters.length() / 4);
        assertThat(typed).doesNotContainKeys("rowOf", "rowTemplate", "pieceTemplate");

        // When an answer is written
        Tab empty = BENCH.open();
        double inNewChat = costOfUpdate(empty, measured(empty));
        empty.page().close();
        System.out.printf(
                "%.1f ms of CPU for an update, %.1f ms in a new chat%n", costOfUpdate(tab, devtools), inNewChat);
        count(devtools);
        begin(tab);
        awaitEnd(tab);
        Map<String, Integer> written = counted(devtools);
        int updates = written.get("draw");

        // Then each update visits its own message only
        assertThat(updates).isGreaterThan(5);
        assertThat(written.get("rowTemplate")).isLessThan(updates + ROWS_BESIDES);
        assertThat(written.get("pieceTemplate")).isLessThan(updates + ROWS_BESIDES);
        assertThat(written.get("message")).isLessThan(updates + ROWS_BESIDES);
        assertThat(written.getOrDefault("sanitised", 0))
                .as("paragraphs that are made anew")
                .isLessThan(updates / 2);
        assertThat(written.get("isShown"))
                .as("messages that are looked at")
                .isLessThan(20 * updates + 10 * session.messages());
        assertThat((int) tab.page().evaluate("""
                () => [...document.querySelectorAll('.piece')].filter(piece =>
                  !piece.firstElementChild.checkVisibility({ contentVisibilityAuto: true })).length"""))
                .as("pieces that are not laid out")
                .isGreaterThan(RUNS / 20);
    }

    /**
     * What the browser looks at by itself: for each letter at the form of the field, or without one at all of the page; in each
     * frame at all drawings, and at all that lies directly in the conversation.
     */
    private void assertHasLittleToLookAt() {
        assertThat(tab.page().evaluate("document.getElementById('message').form !== null"))
                .isEqualTo(true);
        assertThat(tab.page().locator(".pieces svg").count()).as("drawings").isLessThan(20);
        assertThat(tab.page().locator(".transcript .column > *").count())
                .as("parts of the conversation")
                .isLessThan(30);
    }

    /**
     * Symptom: tasks of 180 ms when a long chat was opened. Cause: the script that writes the texts of answers comes behind the
     * page, and wrote all of them at once.
     */
    @Test
    void until_answers_can_be_written_only_the_newest_wait_for_it() {
        List<Route> held = new ArrayList<>();
        BENCH.person().route(Pattern.compile(".*/assets/texts-.*\\.js"), held::add);
        tab = BENCH.open(BENCH.server().url() + "/#/s/" + session.id());
        tab.awaitConnected();
        assertThat(tab.page().locator("[data-message=a_999]")).hasCount(1);
        tab.page().evaluate("""
                async () => {
                  for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame)
                }""");
        assertThat(tab.page().locator(".message").count()).isBetween(1, 48);

        held.forEach(Route::resume);

        awaitAll(NEWEST);
        assertThat(tab.answer()).isInViewport();
        assertThat(tab.answer()).not().isEmpty();
    }

    /** Symptom: a reader who returned from another chat was at the end of this one. */
    @Test
    void a_chat_opens_at_the_position_where_it_was_left() {
        tab = openAtItsEnd();
        String chat = tab.url();
        scrollUpBy(6_000);
        String place = place();

        tab.page().keyboard().press("Control+Shift+O");
        assertThat(tab.page().locator(".empty")).isVisible();
        tab.page().goBack();
        awaitPlace(place);
        awaitAll(NEWEST);
        awaitPlace(place);
        assertThat(tab.button("Jump to newest")).isVisible();

        tab.page().reload();
        awaitAll(NEWEST);
        awaitPlace(place);

        tab.button("Jump to newest").click();
        tab.ask("/echo the newest");
        assertThat(tab.answer()).isInViewport();
        tab.page().keyboard().press("Control+Shift+O");
        assertThat(tab.page().locator(".empty")).isVisible();
        tab.page().navigate(chat);
        assertThat(tab.answer()).isInViewport();
    }

    /** Also when that was above the messages that are read at once. */
    @Test
    void an_old_message_is_read_again_when_the_page_is_loaded_there() {
        tab = openAtItsEnd();
        readAll();
        Locator old = tab.page().locator("[data-message=u_700]");
        old.evaluate("message => message.scrollIntoView()");
        awaitInView("u_700");
        String place = place();

        tab.page().reload();

        awaitPlace(place);
        assertThat(tab.page().locator("[data-message=u_999]")).hasCount(1);
        awaitPlace(place);
    }

    @Test
    void days_are_told_where_they_begin() throws SQLException {
        try (Connection connection = TestDatabase.connect(BENCH.server().database());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE session_event SET at = at - interval '1 day' WHERE from_seq < 9970 AND session_id = '"
                            + session.id() + "'");
            statement.execute(
                    "UPDATE session_event SET at = at - interval '400 days' WHERE from_seq < 9950 AND session_id = '"
                            + session.id() + "'");
        }

        tab = openAtItsEnd();

        Locator days = tab.page().locator(".day-line");
        assertThat(days).hasCount(3);
        assertThat(days.nth(0)).containsText("202");
        assertThat(days.nth(1)).hasText("Yesterday");
        assertThat(days.nth(2)).hasText("Today");
        tab.ask("/echo one more today");
        assertThat(days).hasCount(3);
    }

    @Test
    void times_are_told_where_there_is_no_pointer_to_ask_with() {
        tab = openAtItsEnd();
        NewContextOptions hands = new NewContextOptions()
                .setViewportSize(390, 844)
                .setHasTouch(true)
                .setIsMobile(true);
        try (BrowserContext phone = BENCH.browser().person(BENCH.user(), hands)) {
            Tab touched = BENCH.browser().open(phone, tab.url());

            Locator times = touched.page().locator(".message.user time");
            assertThat(times.last()).isInViewport();
            assertThat(times.last()).hasCSS("opacity", "1");
            touched.assertClean();
        }
    }

    private Tab openAtItsEnd() {
        Tab opened = BENCH.open(BENCH.server().url() + "/#/s/" + session.id());
        opened.awaitConnected();
        assertThat(opened.page().locator(".message")).hasCount(NEWEST);
        return opened;
    }

    /** Scrolls to the beginning, repeatedly. */
    private void readAll() {
        tab.page().evaluate("""
                async () => {
                  const shown = () => document.querySelectorAll('.message').length
                  for (let last = 0; last < %d; last = shown()) {
                    document.querySelector('.earlier')?.click()
                    await new Promise(resolve => setTimeout(resolve, 20))
                  }
                  document.querySelector('.jump')?.click()
                }""".formatted(session.messages()));
        awaitAll(session.messages());
        assertThat(tab.page().locator("[data-message=a_999]")).isInViewport();
    }

    /** In milliseconds of the rendering thread, on average over an answer. */
    private static double costOfUpdate(Tab tab, CDPSession devtools) {
        begin(tab);
        double before = metric(devtools, CPU);
        int updates = awaitEnd(tab);
        return 1000 * (metric(devtools, CPU) - before) / updates;
    }

    private static CDPSession measured(Tab tab) {
        CDPSession devtools = BENCH.person().newCDPSession(tab.page());
        devtools.send("Performance.enable", object("timeDomain", "threadTicks"));
        return devtools;
    }

    /** Makes the model write an answer. */
    private static void begin(Tab tab) {
        tab.say("/stream " + WORDS + " 20");
        tab.page().evaluate("""
                async () => {
                  while (!document.getElementsByClassName('stop').length) await new Promise(resolve => setTimeout(resolve, 20))
                }""");
    }

    /** Waits for its end inside the page, because polling from here costs more; returns the updates of its text. */
    private static int awaitEnd(Tab tab) {
        return (int) tab.page().evaluate("""
                async () => {
                  let updates = 0
                  const observer = new MutationObserver(() => updates++)
                  observer.observe(document.querySelector('.column'), { subtree: true, childList: true, characterData: true })
                  while (document.getElementsByClassName('stop').length) await new Promise(resolve => setTimeout(resolve, 50))
                  return updates
                }""");
    }

    private void awaitAll(int messages) {
        assertThat(tab.page().locator(".message")).hasCount(messages);
    }

    private void scrollUpBy(int pixels) {
        tab.page().locator("#transcript").hover();
        tab.page().mouse().wheel(0, -pixels);
        assertThat(tab.button("Jump to newest")).isVisible();
        awaitRest();
    }

    /** Until scrolling has ended, and all heights are known. */
    private void awaitRest() {
        tab.page().evaluate("""
                async () => {
                  const area = document.getElementById('transcript')
                  for (let same = 0, last = -1; same < 30; last = area.scrollTop) {
                    same = area.scrollTop === last ? same + 1 : 0
                    await new Promise(requestAnimationFrame)
                  }
                }""");
    }

    private void awaitInView(String message) {
        assertThat(tab.page().locator("[data-message=" + message + "]")).isInViewport();
        awaitRest();
    }

    private String place() {
        return (String) tab.page().evaluate(PLACE);
    }

    /** A pixel may be lost by rounding. */
    private void awaitPlace(String place) {
        String[] wanted = place.split(" ");
        tab.page().waitForCondition(() -> {
            String[] found = place().split(" ");
            return found[0].equals(wanted[0])
                    && Math.abs(Integer.parseInt(found[1]) - Integer.parseInt(wanted[1])) <= 2;
        });
    }

    private Object longTasks() {
        return tab.page().evaluate("longTasks.splice(0).join(' ')");
    }

    private static double metric(CDPSession devtools, String name) {
        for (JsonElement metric : devtools.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            JsonObject named = metric.getAsJsonObject();
            if (named.get("name").getAsString().equals(name))
                return named.get("value").getAsDouble();
        }
        throw new AssertionError("no " + name);
    }

    private static void count(CDPSession devtools) {
        devtools.send("Profiler.enable");
        JsonObject calls = new JsonObject();
        calls.addProperty("callCount", true);
        calls.addProperty("detailed", false);
        devtools.send("Profiler.startPreciseCoverage", calls);
    }

    /** The number of calls of each function of the page since then, by name, without those that were not called. */
    private static Map<String, Integer> counted(CDPSession devtools) {
        Map<String, Integer> calls = new HashMap<>();
        for (JsonElement script : devtools.send("Profiler.takePreciseCoverage").getAsJsonArray("result")) {
            for (JsonElement function : script.getAsJsonObject().getAsJsonArray("functions")) {
                JsonObject of = function.getAsJsonObject();
                int count = of.getAsJsonArray("ranges")
                        .get(0)
                        .getAsJsonObject()
                        .get("count")
                        .getAsInt();
                if (count > 0) calls.merge(of.get("functionName").getAsString(), count, Integer::sum);
            }
        }
        devtools.send("Profiler.stopPreciseCoverage");
        return calls;
    }

    private static JsonObject object(String name, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(name, value);
        return object;
    }
}
