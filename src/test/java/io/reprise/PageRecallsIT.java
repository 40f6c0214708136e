package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reminders on the page, which are called recalls elsewhere. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageRecallsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("recalls.chainMax", "1"));

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @Test
    void a_requested_reminder_is_confirmed_and_fires_in_every_tab() {
        tab.ask("remind me in 30 minutes to stretch");
        assertThat(chips(tab)).hasCount(1);
        assertThat(chips(tab)).containsText("stretch");
        assertThat(chips(tab).locator("time")).hasText(Pattern.compile("in \\d\\d min"));
        Tab other = BENCH.open(tab.url());
        assertThat(chips(other)).containsText("stretch");

        moveItsTimeToNow();

        for (Tab each : List.of(tab, other)) {
            assertThat(each.page().locator(".message.recall")).containsText("stretch");
            each.awaitIdle();
            assertThat(chips(each)).hasCount(0);
            assertThat(each.button("Edit this message")).hasCount(1); // a reminder is nobody's message to change
        }
        tab.page().reload();
        tab.awaitConnected();
        assertThat(tab.page().locator(".message.recall")).containsText("stretch");
        tab.assertClean();
        other.assertClean();
    }

    /**
     * Symptom: "tomorrow at 9am" was announced for another hour than 9. Cause: the server interpreted it in its own
     * time zone.
     */
    @Test
    void a_reminder_requested_in_a_chat_uses_the_time_zone_of_the_user() {
        Tab inTokyo = openIn("Asia/Tokyo");

        inTokyo.ask("remind me tomorrow at 9am to call mum");

        assertThat(inTokyo.answer()).containsText("09:00 (Asia/Tokyo)");
        assertThat(chips(inTokyo).locator("time")).hasText(Pattern.compile("tomorrow 0?9:00.*"));
        inTokyo.assertClean();
    }

    private Tab openIn(String zone) {
        Browser.NewContextOptions options = new Browser.NewContextOptions()
                .setViewportSize(1280, 800)
                .setLocale("en-GB")
                .setTimezoneId(zone);
        return BENCH.browser()
                .open(
                        BENCH.browser().person(BENCH.user(), options),
                        BENCH.server().url());
    }

    @Test
    void a_reminder_is_added_and_cancelled_by_keyboard() {
        tab.ask("/echo hello");
        tab.button("Add a reminder").focus();

        press("Enter");
        assertThat(tab.page().getByLabel("Of what")).isFocused();
        tab.page().keyboard().type("Water the plants");
        when().fill("tomorrow at 09:00");
        press("Enter");
        assertThat(dialog()).isHidden();
        assertThat(chips(tab)).containsText("Water the plants");
        assertThat(chips(tab).locator("time")).hasText(Pattern.compile("tomorrow 0?9:00.*"));

        chips(tab).focus();
        press("Enter");
        press("ArrowUp");
        assertThat(tab.menuItem("Cancel it")).isFocused();
        press("Enter");
        assertThat(chips(tab)).hasCount(0);
        assertThat(tab.composer()).isFocused();
        tab.assertClean();
    }

    @Test
    void the_next_time_of_a_repeated_reminder_is_skipped() {
        tab.ask("/echo hello");
        add("Stand up", "every hour");
        String next = chips(tab).locator("time").getAttribute("datetime");

        chips(tab).click();
        tab.menuItem("Skip the next time").click();

        assertThat(chips(tab).locator("time")).not().hasAttribute("datetime", next);
        assertThat(chips(tab)).containsText("Stand up");
        tab.assertClean();
    }

    @Test
    void a_time_that_is_not_understood_is_reported_at_its_field() {
        tab.ask("/echo hello");

        add("Something", "when pigs fly");

        assertThat(dialog()).isVisible();
        assertThat(tab.page().locator(".form-error")).not().isEmpty();
        assertThat(when()).hasAttribute("aria-invalid", "true");
        when().fill("in 2 hours");
        press("Enter");
        assertThat(chips(tab)).containsText("Something");
    }

    @Test
    void the_dialog_takes_cron_and_shows_what_was_understood_while_it_is_written() {
        Tab inTokyo = openIn("Asia/Tokyo");
        inTokyo.ask("/echo hello");
        inTokyo.button("Add a reminder").click();
        Locator meant = inTokyo.page().locator("#recall-meant");
        assertThat(meant).containsText("in Tokyo");

        Locator field = inTokyo.page().locator("#recall-when");
        field.fill("tomorrow at 9am");
        assertThat(meant).containsText(Pattern.compile("= tomorrow, 0?9:00 in Tokyo"));
        field.fill("tomorrow at nine-ish");
        assertThat(meant).containsText("not understood");
        field.fill("30 9 * * 1-5");
        assertThat(meant).containsText(Pattern.compile("= every weekday at 0?9:30 in Tokyo"));
        assertThat(meant.locator("time")).hasCount(3);
        inTokyo.page().getByLabel("Of what").fill("Stand-up");
        inTokyo.page().keyboard().press("Enter");

        assertThat(dialogOf(inTokyo)).isHidden();
        assertThat(chips(inTokyo)).containsText(Pattern.compile("every weekday at 0?9:30"));
        inTokyo.assertClean();
    }

    @Test
    void a_reminder_is_changed_from_its_chip_and_other_tabs_show_it() {
        tab.ask("/echo hello");
        add("Stand up", "every weekday at 9am");
        Tab other = BENCH.open(tab.url());
        assertThat(chips(other)).containsText(Pattern.compile("every weekday at 0?9:00"));
        String next = chips(tab).locator("time").getAttribute("datetime");

        chips(tab).click();
        tab.menuItem("Edit…").click();
        assertThat(when()).hasValue("every weekday at 09:00");
        tab.page().getByLabel("Of what").fill("Stand up and stretch");
        tab.page().getByLabel("What the agent then sees").selectOption("last");
        press("Enter");

        for (Tab each : List.of(tab, other)) assertThat(chips(each)).containsText("Stand up and stretch");
        assertThat(chips(tab).locator("time")).hasAttribute("datetime", next); // its time was not touched

        chips(tab).click();
        tab.menuItem("Edit…").click();
        assertThat(tab.page().getByLabel("What the agent then sees")).hasValue("last");
        when().fill("every Monday and Friday at 8:00");
        press("Enter");
        for (Tab each : List.of(tab, other)) {
            assertThat(chips(each)).containsText(Pattern.compile("every Monday and Friday at 0?8:00"));
        }
        tab.assertClean();
        other.assertClean();
    }

    @Test
    void the_page_of_reminders_shows_those_of_all_chats_with_their_next_times() {
        tab.ask("/echo one chat");
        add("Water the plants", "every day at 09:00");
        assertThat(dialog()).isHidden(); // it takes all keys
        press("Control+Shift+O");
        tab.ask("/echo another chat");
        add("Call mum", "in 3 hours");
        assertThat(chips(tab)).containsText("Call mum");

        tab.page().locator(".nav-link").click();

        assertThat(tab.page().locator(".topbar h1")).hasText("Reminders");
        assertThat(reminders()).hasCount(2);
        Locator plants = reminder("Water the plants");
        assertThat(plants).containsText(Pattern.compile("every day at 0?9:00"));
        assertThat(plants.locator(".reminder-times time")).hasCount(3);
        assertThat(plants.locator("a")).hasText("/echo one chat");
        assertThat(reminder("Call mum").locator(".reminder-times time")).hasCount(1);

        plants.locator("button", new Locator.LocatorOptions().setHasText("Edit…"))
                .click();
        when().fill("every day at 10:00");
        press("Enter");
        assertThat(plants).containsText("every day at 10:00");

        reminder("Call mum").locator(".cancel-reminder").click();
        assertThat(reminders()).hasCount(1);
        tab.button("Undo").click();
        assertThat(reminders()).hasCount(2);

        tab.page().reload();
        assertThat(reminders()).hasCount(2);
        plants.locator("a").click();
        assertThat(tab.answer()).hasText("one chat");
        assertThat(chips(tab)).containsText("Water the plants");
        tab.page().goBack();
        assertThat(reminders()).hasCount(2);
        tab.assertClean();
    }

    @Test
    void a_reminder_is_paused_and_resumed_at_its_chip_and_on_the_page() {
        tab.ask("/echo hello");
        add("Stand up", "every day at 09:00");
        chips(tab).click();
        tab.menuItem("Pause").click();
        assertThat(chips(tab)).containsText("paused");
        Tab other = BENCH.open(tab.url());
        assertThat(chips(other)).containsText("paused");

        tab.page().locator(".nav-link").click();
        Locator standUp = reminder("Stand up");
        assertThat(standUp.locator(".reminder-times")).hasText("Paused");
        tab.button("Resume").click();
        assertThat(standUp.locator(".reminder-times time")).hasCount(3);
        assertThat(chips(other).locator("time")).hasCount(1);
        tab.button("Pause").click();
        assertThat(standUp.locator(".reminder-times")).hasText("Paused");
        tab.assertClean();
        other.assertClean();
    }

    @Test
    void a_reminder_speaks_in_a_new_chat_and_both_name_each_other() {
        tab.ask("/echo hello");
        tab.button("Add a reminder").click();
        tab.page().getByLabel("Of what").fill("/echo from elsewhere");
        when().fill("in 3 hours");
        tab.page().getByLabel("Where it speaks").selectOption("new");
        press("Enter");
        assertThat(chips(tab)).hasCount(1);
        moveItsTimeToNow();
        assertThat(chips(tab)).hasCount(0);

        tab.page().locator(".nav-link").click();
        tab.button("Show past reminders").click();
        assertThat(reminders()).hasCount(1);
        assertThat(reminder("/echo from elsewhere")).containsText("in a new chat, from");
        reminder("/echo from elsewhere").locator("summary").click();
        reminder("/echo from elsewhere").locator("ol a").click();

        assertThat(tab.answer()).hasText("from elsewhere");
        assertThat(tab.page().locator(".origin")).containsText("Made by a reminder of");
        tab.awaitIdle();
        add("/echo once more", "in 3 hours");
        assertThat(chips(tab)).hasCount(1);
        moveItsTimeToNow();
        assertThat(tab.page().locator(".chain-note")).hasCount(1); // The chat began with a reminder.
        tab.page().locator(".origin a").click();
        assertThat(tab.answer()).hasText("hello");
        tab.assertClean();
    }

    @Test
    void the_chat_says_that_reminders_wait_for_its_reader() {
        tab.ask("/echo hello");
        add("/echo one", "in 3 hours");
        assertThat(chips(tab)).hasCount(1);
        moveItsTimeToNow();
        assertThat(tab.page().locator(".message.recall")).hasCount(1);
        tab.awaitIdle();
        add("/echo two", "in 3 hours");
        assertThat(chips(tab)).hasCount(1);
        moveItsTimeToNow();

        assertThat(tab.page().locator(".chain-note")).containsText("Write a message, and it goes on.");
        tab.ask("/echo I am here");
        assertThat(tab.page().locator(".chain-note")).hasCount(0);
        assertThat(tab.page().locator(".message.recall")).hasCount(2);
        tab.assertClean();
    }

    @Test
    void a_fired_reminder_moves_to_the_finished_ones_with_its_history() {
        tab.ask("/echo hello");
        add("/echo well done", "in 3 hours");
        tab.page().locator(".nav-link").click();
        assertThat(reminders()).hasCount(1);

        moveItsTimeToNow();

        assertThat(reminders()).hasCount(0);
        tab.button("Show past reminders").click();
        Locator over = reminder("/echo well done");
        assertThat(over).containsText("Done");
        over.locator("summary").click();
        assertThat(over.locator("ol li")).hasCount(1);
        assertThat(over.locator("ol li")).containsText("Done");
        tab.assertClean();
    }

    private Locator reminders() {
        return tab.page().locator(".reminder");
    }

    private Locator reminder(String text) {
        return reminders().filter(new Locator.FilterOptions().setHasText(text));
    }

    private static Locator dialogOf(Tab its) {
        return its.page().locator("#dialog");
    }

    private void moveItsTimeToNow() {
        String token = BENCH.server().token(BENCH.user());
        String list = BENCH.server().call("GET", "/api/v1/recalls", token, null).body();
        String recall =
                new JsonObject(list).getJsonArray("recalls").getJsonObject(0).getString("id");
        String body = "{\"schedule\": {\"kind\": \"immediate\"}}";
        assertThat(BENCH.server()
                        .call("PATCH", "/api/v1/recalls/" + recall, token, body)
                        .statusCode())
                .isEqualTo(200);
    }

    private void add(String text, String when) {
        tab.button("Add a reminder").click();
        tab.page().getByLabel("Of what").fill(text);
        when().fill(when);
        press("Enter");
    }

    private Locator when() {
        return tab.page().locator("#recall-when");
    }

    private Locator dialog() {
        return tab.page().locator("#dialog");
    }

    private static Locator chips(Tab tab) {
        return tab.page().locator(".recall-chip");
    }

    private void press(String keys) {
        tab.page().keyboard().press(keys);
    }
}
