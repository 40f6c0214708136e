package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that was typed and not sent: the page neither sends nor loses it by itself. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageWritingIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("sessions.snapshotMessages", "10"));

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    /** Symptom to prevent: the field showed the previous draft until the next frame, and a fast key sent it. */
    @Test
    void text_that_is_typed_after_opening_a_chat_belongs_to_it() {
        tab.ask("/echo first");
        tab.composer().fill("for the first chat");

        Object shown = tab.page().evaluate("""
                () => {
                  const init = { key: 'O', ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true }
                  document.getElementById('message').dispatchEvent(new KeyboardEvent('keydown', init))
                  return document.getElementById('message').value
                }""");

        assertThat(shown).isEqualTo("");
    }

    @Test
    void each_chat_keeps_its_draft_over_a_change_and_a_reload() {
        tab.ask("/echo first");
        tab.composer().fill("for the first chat");
        tab.page().keyboard().press("Control+Shift+O");
        tab.composer().fill("for a new one");

        tab.page().locator(".session a").click();
        assertThat(tab.composer()).hasValue("for the first chat");
        tab.page().reload();
        assertThat(tab.composer()).hasValue("for the first chat");
        tab.page().keyboard().press("Control+Shift+O");

        assertThat(tab.composer()).hasValue("for a new one");
    }

    /**
     * Symptom to prevent: that a message is not sent yet, or was refused, and the possible actions, were visible only
     * under the pointer.
     */
    @Test
    void an_unsent_message_is_marked() {
        tab.ask("/echo first");
        tab.page().evaluate("WebSocket.prototype.send = () => {}");

        tab.say("hangs in the air");

        Locator words = tab.page().locator(".pending .message-foot span");
        assertThat(words).hasText("Sending…");
        assertThat(words).hasCSS("opacity", "1");
    }

    /** With the code 229 Safari says that Enter only ended a composition. */
    @ParameterizedTest
    @ValueSource(strings = {"isComposing: true", "keyCode: 229"})
    void enter_that_ends_a_composition_sends_nothing(String sign) {
        tab.composer().fill("こんにちは");

        tab.composer()
                .evaluate("field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', " + sign
                        + ", bubbles: true, cancelable: true }))");

        assertThat(tab.composer()).hasValue("こんにちは");
        assertThat(tab.page().locator(".message")).hasCount(0);
    }

    @Test
    void text_that_is_far_too_long_is_refused_with_a_message() {
        BENCH.person().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        tab.composer().fill("kept");
        tab.page().evaluate("navigator.clipboard.writeText('x'.repeat(200_000))");

        tab.composer().press("Control+v");

        assertThat(tab.page().locator(".notice")).containsText("Too long: 196 KB of at most 64 KB");
        assertThat(tab.composer()).hasValue("kept");
    }

    /** Symptom: a dropped file opened instead of the page, and a pasted one vanished. Cause: no listener. */
    @ParameterizedTest
    @ValueSource(strings = {"drop", "paste"})
    void a_file_is_added_to_the_message_and_the_page_does_not_navigate(String how) {
        boolean prevented = (boolean) tab.page().evaluate("""
                how => {
                  const data = new DataTransfer()
                  data.items.add(new File(['x'], 'picture.png', { type: 'image/png' }))
                  const event = how === 'drop'
                    ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
                    : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
                  return !document.getElementById('message').dispatchEvent(event)
                }""", how);

        org.assertj.core.api.Assertions.assertThat(prevented).isTrue();
        assertThat(tab.page().locator(".draft-file.done .file-name")).hasText("picture.png");
        assertThat(tab.composer()).hasValue("");
    }

    @Test
    void a_waiting_message_that_another_tab_takes_back_leaves_what_was_written() {
        tab.say("/hang");
        assertThat(tab.button("Stop")).isVisible();
        tab.say("a first thought");
        tab.button("Edit queued message").click();
        Locator editor = tab.page().getByLabel("Queued message", new Page.GetByLabelOptions().setExact(true));
        editor.fill("a much better thought");

        Tab other = BENCH.open(tab.url());
        other.button("Remove queued message").click();
        tab.page().bringToFront();

        assertThat(tab.composer()).hasValue("a much better thought");
        assertThat(tab.composer()).isFocused();
        assertThat(tab.page().locator(".notice")).containsText("not there any more");
    }

    @Test
    void a_message_that_another_tab_rewinds_leaves_what_was_written() {
        tab.ask("/echo one");
        tab.ask("/echo two");
        tab.composer().press("ArrowUp");
        tab.page().locator(".revising textarea").fill("a much better question");

        Tab other = BENCH.open(tab.url());
        other.page().locator(".message.user").first().hover();
        other.page().locator(".message.user .edit").first().click();
        other.page().locator(".revising textarea").fill("/echo three");
        other.button("Send again").click();
        assertThat(other.answer()).hasText("three");
        tab.page().bringToFront();

        assertThat(tab.composer()).hasValue("a much better question");
        assertThat(tab.composer()).isFocused();
        assertThat(tab.answer()).hasText("three");
    }

    /** Symptom to prevent: the caret jumped to the end of the old text, and the new text was appended. */
    @Test
    void opening_the_editor_quickly_keeps_the_caret() {
        tab.ask("/echo one");

        Object selected = tab.page().evaluate("""
                async () => {
                  const frame = () => new Promise(requestAnimationFrame)
                  document.querySelector('.message.user .edit').click()
                  let field
                  while (!(field = document.querySelector('.revising textarea'))) await frame()
                  field.focus()
                  field.select()
                  await frame()
                  await frame()
                  return field.selectionEnd - field.selectionStart
                }""");

        assertThat(selected).isEqualTo("/echo one".length());
    }

    @Test
    void sending_a_message_again_leaves_the_field_empty() {
        tab.ask("/echo one");
        tab.composer().press("ArrowUp");
        tab.page().locator(".revising textarea").fill("/echo two");
        tab.page().keyboard().press("Enter");

        assertThat(tab.answer()).hasText("two");
        assertThat(tab.composer()).hasValue("");
        assertThat(tab.page().locator(".notice")).hasCount(0);
    }

    @Test
    void the_message_field_has_the_focus_after_a_removed_control() {
        tab.ask("/fail 429");
        Locator again = tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again"));

        again.focus();
        tab.page().keyboard().press("Enter");

        assertThat(tab.composer()).isFocused();
        tab.awaitIdle();
    }

    /** Symptom to prevent: older messages moved the text that one was reading. */
    @Test
    void older_messages_come_when_one_scrolls_up_and_the_reader_stays() {
        for (int i = 0; i < 9; i++) tab.ask("/echo answer " + i + "\n\n" + "words ".repeat(300));
        Tab later = BENCH.open(tab.url());
        assertThat(later.page().locator(".message")).hasCount(10);

        Object moved = later.page().evaluate("""
                async () => {
                  const frame = () => new Promise(requestAnimationFrame)
                  const area = document.getElementById('transcript')
                  const first = document.querySelector('.message')
                  area.scrollTop = 300
                  await frame()
                  area.scrollTop = 0
                  const place = first.getBoundingClientRect().top
                  for (let i = 0; i < 600 && document.querySelector('.message') === first; i++) await frame()
                  await frame()
                  return Math.abs(first.getBoundingClientRect().top - place) < 2
                }""");

        assertThat(moved).as("stays where it is").isEqualTo(true);
        assertThat(later.page().locator(".message")).hasCount(18);
        assertThat(later.page().locator(".earlier")).hasCount(0);
        later.assertClean();
    }

    @Test
    void the_page_works_in_a_browser_that_stores_nothing() {
        try (BrowserContext strict =
                BENCH.browser().person("unused", new Browser.NewContextOptions().setLocale("en-GB"))) {
            strict.addInitScript("""
                    for (const name of ['localStorage', 'sessionStorage']) {
                      Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })
                    }""");
            strict.addInitScript("window.onerror = null");
            Page page = strict.newPage();
            page.navigate(BENCH.server().url());
            assertThat(page.locator(".connection")).hasText("Connected");

            page.locator("#message").fill("/echo it works");
            page.locator("#message").press("Enter");

            assertThat(page.locator(".message.assistant markdown-text")).hasText("it works");
        }
    }

    /** Symptom to prevent: with a clock an hour slow a reminder in ten minutes seemed to be due after an hour. */
    @Test
    void the_page_uses_the_servers_clock_if_the_browsers_is_wrong() {
        try (BrowserContext slow = BENCH.browser().person("p" + UUID.randomUUID())) {
            slow.addInitScript("{ const now = Date.now; Date.now = () => now() - 3_600_000 }");
            Tab late = BENCH.browser().open(slow, BENCH.server().url());

            late.ask("remind me in 10 minutes to stretch");

            assertThat(late.page().locator(".recall-chip time")).hasText("in 10 min");
            late.assertClean();
        }
    }
}
