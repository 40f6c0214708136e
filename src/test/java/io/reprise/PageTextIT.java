package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.Media;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rendering of texts: in each direction, while they grow, folded, and printed. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageTextIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("sessions.snapshotMessages", "4"));

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    /** Symptom: full stops and list markers at the wrong end. Cause: nothing made the browser detect the language. */
    @Test
    void texts_run_in_the_direction_of_their_language() {
        tab.ask(
                "/echo مرحبا بالعالم.\n\n- أول\n- ثان\n\n> اقتباس\n\n| اسم |\n|---|\n| واحد |\n\nEnglish here.\n\n```js\nlet a = 1\n```");

        for (String block : new String[] {"p:first-child", "ul", "li", "blockquote", "table"}) {
            assertThat(tab.answer().locator(block).first()).hasCSS("direction", "rtl");
        }
        assertThat(tab.answer().getByText("English here.")).hasCSS("direction", "ltr");
        assertThat(tab.answer().locator(".code-block pre")).hasCSS("direction", "ltr");
        tab.composer().fill("שלום");
        assertThat(tab.composer()).hasCSS("direction", "rtl");
        tab.composer().fill("hello");
        assertThat(tab.composer()).hasCSS("direction", "ltr");
        tab.ask("שלום עולם!");
        assertThat(tab.page().locator(".bubble").last()).hasCSS("direction", "rtl");
    }

    /** Symptom: a selection in an answer was lost with its next word. Cause: its last block was replaced. */
    @Test
    void a_selection_holds_while_the_answer_grows() {
        tab.say("/stream 100000 40");
        tab.awaitAnswer("w20 ");
        tab.answer().locator("p").evaluate("p => getSelection().setBaseAndExtent(p.firstChild, 0, p.firstChild, 11)");

        tab.awaitAnswer("w60 ");

        assertThat(tab.page().evaluate("String(getSelection())")).isEqualTo("w1 w2 w3 w4");
        tab.stop();
    }

    /**
     * Text is appended to the existing nodes where possible; the result must look as if all of it had been rendered at
     * once.
     */
    @Test
    void a_text_that_grew_letter_by_letter_renders_like_a_complete_one() {
        Object differences = tab.page()
                .evaluate(
                        """
                texts => {
                  const { now } = performance
                  performance.now = () => 0 // or not each letter is shown
                  const add = () => document.body.appendChild(document.createElement('markdown-text'))
                  const differences = []
                  for (const text of texts) {
                    const grown = add()
                    for (let i = 1; i <= text.length; i++) {
                      const source = { text: text.slice(0, i), open: true }
                      grown.source = source
                      const whole = add()
                      whole.source = source
                      if (grown.innerHTML !== whole.innerHTML) differences.push(`${grown.innerHTML} is not ${whole.innerHTML}`)
                      whole.remove()
                    }
                    grown.remove()
                  }
                  performance.now = now
                  return differences.slice(0, 3)
                }""",
                        List.of(
                                "plain words go on, and on  \nin another line\n\nand in another paragraph",
                                "with *emphasis*, **strong** and ~~gone~~ words & signs < more > <b>bold</b> end",
                                "see www.example.org/path and https://example.org/a?b=1 or ada@example.org for more",
                                "a `code` b $x^2$ c [link](https://example.org) d ![image](https://images.example/a.png) e",
                                "1. one\n2. two\n\n- a\n- b",
                                "A heading\n---\ntext *not closed and `neither",
                                "| a | b |\n|---|---|\n| 1 | 2 |\n\nafter &amp; &lt;b&gt; it"));
        assertThat((List<?>) differences).isEmpty();
    }

    /** Symptom: a reader of the first lines of growing code was scrolled back to its beginning, and lost the focus. */
    @Test
    void focus_and_place_in_code_hold_while_it_grows() {
        Object held = tab.page().evaluate("""
                async () => {
                  const text = document.createElement('markdown-text')
                  text.style.cssText = 'display: block; width: 300px'
                  document.body.append(text)
                  const code = n => '```js\\n' + Array.from({ length: n }, (_, i) => `const a${i} = "${'x'.repeat(200)}"`).join('\\n')
                  const shown = n => new Promise(resolve => {
                    const look = () => text.textContent.includes(`a${n - 1} `) ? resolve() : requestAnimationFrame(look)
                    look()
                  })
                  const coloured = () => new Promise(resolve => {
                    const look = () => text.querySelector('[class^=hljs]') ? resolve() : requestAnimationFrame(look)
                    look()
                  })
                  text.source = { text: code(3), open: true }
                  await shown(3)
                  await coloured()
                  const pre = text.querySelector('pre')
                  pre.scrollLeft = 120
                  pre.focus()
                  text.source = { text: code(6), open: true }
                  await shown(6)
                  const grown = [document.activeElement === pre, pre.isConnected, pre.scrollLeft]
                  text.source = { text: code(6) + '\\n```\\n\\nDone', open: false }
                  while (!text.textContent.includes('Done')) await new Promise(requestAnimationFrame)
                  const isColoured = text.querySelector('pre [class^=hljs]') !== null
                  const ended = [document.activeElement === pre, pre.scrollLeft, isColoured, text.querySelectorAll('pre').length]
                  text.remove()
                  return [...grown, ...ended].join()
                }""");

        assertThat(held).isEqualTo("true,true,120,true,120,true,1");
    }

    /** Symptom: {@code <details>} was merged with its summary, and a disabled link looked like one that works. */
    @Test
    void details_elements_fold_and_unsafe_links_are_plain_text() {
        tab.ask(
                "/echo <details><summary>More</summary>\n\nhidden **words**\n\n</details>\n\nbehind [a word](javascript:alert(1))");

        Locator fold = tab.answer().locator("details");
        assertThat(fold.locator("summary")).hasText("More");
        assertThat(fold.locator("strong")).isHidden();
        fold.locator("summary").click();
        assertThat(fold.locator("strong")).isVisible();
        assertThat(tab.answer().locator("a")).hasCount(0);
        assertThat(tab.answer()).containsText("behind a word");
    }

    /** Symptom: one printed page, with the list and a truncated conversation. */
    @Test
    void a_conversation_is_printed_whole() {
        for (int n = 1; n <= 4; n++) tab.ask("/echo " + ("line " + n + "\n\n").repeat(30));
        tab.page().reload();
        tab.awaitConnected();
        Locator messages = tab.page().locator(".message");
        assertThat(messages).hasCount(4);
        notePrinting();

        tab.page().keyboard().press("Control+p");
        tab.page().waitForFunction("() => window.printed");
        assertThat(tab.page().evaluate("window.printed")).isEqualTo(8);

        tab.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(tab.page().locator(".sidebar")).isHidden();
        assertThat(tab.composer()).isHidden();
        assertThat((int) tab.page().evaluate("document.documentElement.scrollHeight"))
                .isGreaterThan(3_000);
        assertThat(tab.page().locator(".bubble").first()).hasCSS("max-height", "none");
    }

    /** Symptom: half of a conversation was printed. Cause: a failed read ended the reading, and printing started. */
    @Test
    void a_read_that_fails_for_a_moment_is_repeated_before_printing() {
        for (int n = 1; n <= 4; n++) tab.ask("/echo " + ("line " + n + "\n\n").repeat(30));
        failReads(2, "{ code: 'unavailable', retryable: true }");
        notePrinting();

        tab.page().keyboard().press("Control+p");
        tab.page().waitForFunction("() => window.printed");
        assertThat(tab.page().evaluate("window.printed")).isEqualTo(8);
    }

    @Test
    void a_conversation_that_cannot_be_read_completely_is_not_printed() {
        for (int n = 1; n <= 4; n++) tab.ask("/echo " + ("line " + n + "\n\n").repeat(30));
        failReads(1, "{ code: 'internal', message: 'It is broken.', retryable: false }");
        notePrinting();

        tab.page().keyboard().press("Control+p");

        assertThat(tab.page().locator(".notice")).hasText("It is broken.");
        assertThat(tab.page().evaluate("window.printed")).isNull();
    }

    /**
     * Replaces printing: the number of messages in the page at that moment. Symptom without its own function: 4 instead
     * of 8, now and
     * then. Cause: an expression whose value is a function is called when it is evaluated, so it ran before the key.
     */
    private void notePrinting() {
        tab.page().evaluate("""
                () => {
                  window.print = () => { window.printed = document.querySelectorAll('.message').length }
                }""");
    }

    /** Reloads the page; the next reads of older messages fail. */
    private void failReads(int times, String problem) {
        tab.page().reload();
        tab.awaitConnected();
        assertThat(tab.page().locator(".message")).hasCount(4);
        tab.page().evaluate("""
                () => {
                  const { fetch } = window
                  let left = %d
                  window.fetch = (url, options) => String(url).includes('/messages?before') && left-- > 0
                    ? Promise.resolve(Response.json(%s, { status: 503 })) : fetch(url, options)
                }""".formatted(times, problem));
    }

    /** Symptom: a search result opened its chat at the end, and an old message was not even in the page. */
    @Test
    void a_search_hit_is_shown_and_marked() {
        tab.ask("/echo the needle " + "of many words\n\n".repeat(40));
        for (int n = 1; n <= 4; n++) tab.ask("/echo " + ("line " + n + "\n\n").repeat(30));
        String session = tab.session();
        tab.page().keyboard().press("Control+Shift+O");

        tab.page().keyboard().press("Control+k");
        tab.page().keyboard().type("needle");
        assertThat(tab.page().locator(".session .snippet")).hasCount(1);
        tab.page().keyboard().press("Enter");

        assertThat(tab.page().locator(".message.found")).containsText("the needle");
        assertThat(tab.page().locator(".message.found")).isInViewport();
        assertThat(tab.url()).contains(session + "/m/");
        tab.page().waitForFunction("() => CSS.highlights.get('found')?.size === 1");
        assertThat(tab.page().evaluate("String([...CSS.highlights.get('found')][0])"))
                .isEqualTo("needle");

        tab.page().reload();
        assertThat(tab.page().locator(".message.found")).isInViewport();
    }

    /** Symptom: where the system chooses all colours, only its position showed that a message is one's own. */
    @Test
    void a_message_bubble_has_a_border_in_forced_colours() {
        tab.ask("/echo hello");
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));

        assertThat(tab.page().locator(".bubble")).hasCSS("border-top-width", "1px");
    }
}
