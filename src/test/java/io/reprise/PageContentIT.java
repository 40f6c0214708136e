package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.reprise.testing.PageBench;
import io.reprise.testing.Patience;
import io.reprise.testing.Tab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What answers contain besides text: code, formulas, footnotes and images of other hosts. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageContentIT {
    private static final String SIXTY_LINES = "```js\n" + "let a = 1 // word\n".repeat(60) + "```";
    private static final String IMAGE = "https://images.example/cat.png?a=1&b=%22";

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    /** Symptom: no Copy button visible in long code. Cause: the bar was at its first line and scrolled away with it. */
    @Test
    void the_bar_of_long_code_stays_in_sight() {
        tab.ask("/echo " + SIXTY_LINES);

        tab.answer().locator(".code-fold").scrollIntoViewIfNeeded();

        assertThat(tab.answer().locator("[data-copy]")).isInViewport();
    }

    @Test
    void long_code_is_folded_but_not_in_an_answer_that_was_read_as_it_grew() {
        Object grown = tab.page().evaluate("""
                async code => {
                  const text = document.createElement('markdown-text')
                  document.body.append(text)
                  text.source = { text: code.slice(0, 100), open: true }
                  text.source = { text: code, open: true }
                  const growing = text.querySelector('.code-fold')
                  text.source = { text: code, open: false }
                  while (!text.querySelector('.code-fold')) await new Promise(requestAnimationFrame)
                  const ended = [text.querySelector('.code-fold').textContent, text.querySelector('.folded')]
                  text.remove()
                  return String([growing, ...ended])
                }""", SIXTY_LINES);
        assertThat(grown).isEqualTo(",Show less,");
        tab.ask("/echo " + SIXTY_LINES);
        tab.page().reload();

        Locator fold = tab.answer().locator(".code-fold");
        assertThat(fold).hasText("Show all 60 lines");
        double folded = height(tab.answer().locator("pre"));
        fold.click();
        assertThat(fold).hasAttribute("aria-expanded", "true");
        assertThat(height(tab.answer().locator("pre"))).isGreaterThan(2 * folded);
        fold.click();
        assertThat(fold).hasText("Show all 60 lines");
        assertThat(tab.answer().locator(".code-block")).isInViewport();
    }

    @Test
    void long_lines_are_wrapped_on_demand_and_this_is_remembered() {
        tab.ask("/echo ```js\n" + "word ".repeat(200) + "\n```");
        Locator wrap = tab.button("Wrap long lines");
        String overflows =
                "() => { const pre = document.querySelector('.code-block pre'); return pre.scrollWidth > pre.clientWidth }";
        assertThat(tab.page().evaluate(overflows)).isEqualTo(true);

        wrap.click();

        assertThat(wrap).hasAttribute("aria-pressed", "true");
        assertThat(tab.page().evaluate(overflows)).isEqualTo(false);
        tab.page().reload();
        assertThat(wrap).hasAttribute("aria-pressed", "true");
        assertThat(tab.page().evaluate(overflows)).isEqualTo(false);
    }

    @Test
    void code_is_kept_as_a_file_with_the_name_that_it_has() throws Exception {
        tab.ask("/echo ```python title=\"src/app.py\"\nprint(1)\n```\n\n```dockerfile\nFROM x\n```");

        assertThat(tab.answer().locator(".code-name")).hasText(new String[] {"src/app.py", "dockerfile"});
        assertThat(saved(0).suggestedFilename()).isEqualTo("app.py");
        Download download = saved(1);
        assertThat(download.suggestedFilename()).isEqualTo("Dockerfile");
        Path file = download.path();
        assertThat(Files.readString(file)).isEqualTo("FROM x\n");
    }

    private Download saved(int index) {
        return tab.page()
                .waitForDownload(() ->
                        tab.answer().locator("[data-does=save]").nth(index).click());
    }

    /** Symptom: code in dockerfile, hcl, ... had no colours. Cause: only common languages were included. */
    @Test
    void languages_that_are_not_common_are_loaded_when_they_occur() {
        String code = """
                ```dockerfile
                FROM x
                ```
                ```PowerShell
                Get-ChildItem
                ```
                ```hcl
                ami = "a" # b
                ```
                ```zig
                const a = 1;
                ```
                ```vue
                <p>a</p>
                ```
                ```unheard-of
                a b c
                ```""";
        tab.ask("/echo " + code);

        Locator blocks = tab.answer().locator(".code-block");
        for (int i = 0; i < 5; i++)
            assertThat(blocks.nth(i).locator("[class^=hljs]").first()).isVisible();
        assertThat(blocks.nth(5)).containsText("a b c");
        assertThat(tab.requests("/webjars/highlightjs/11.11.1/languages/dockerfile.min.js"))
                .isEqualTo(1);
    }

    @Test
    void every_language_that_has_a_file_can_be_loaded() {
        Object unknown = tab.page().evaluate("""
                async patienceMs => {
                  const { namesOfFiles, languageOf } = await import('/js/markdown/languages.js')
                  const text = document.createElement('markdown-text')
                  document.body.append(text)
                  text.source = { text: namesOfFiles().map(name => '```' + name + '\\na = 1\\n```').join('\\n'), open: false }
                  const names = namesOfFiles().filter(name => /^[\\w+#.-]+$/.test(name))
                  const missing = () => names.filter(name => !window.hljs?.getLanguage(languageOf(name)))
                  const end = performance.now() + patienceMs
                  while (missing().length && performance.now() < end) await new Promise(requestAnimationFrame)
                  text.remove()
                  return `${names.length > 200}${missing()}`
                }""", (double) Patience.LIMIT.toMillis());

        assertThat(unknown).isEqualTo("true");
    }

    @Test
    void formulas_are_written_and_their_source_is_copied() {
        tab.ask("/echo So $E = mc^2$ and \\(\\mathbb{R}\\), for $5 or $6.\n\n$$\n\\frac{a}{b}\n$$");

        assertThat(tab.answer().locator("p math msup")).isVisible();
        assertThat(tab.answer().locator("p math").nth(1)).hasText("ℝ");
        assertThat(tab.answer().locator("math[display=block] mfrac")).isVisible();
        assertThat(tab.answer().locator("math")).hasCount(3);
        Object copied = tab.page().evaluate("""
                () => {
                  const paragraph = document.querySelector('markdown-text p')
                  getSelection().selectAllChildren(paragraph)
                  const clipboardData = new DataTransfer()
                  paragraph.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }))
                  return clipboardData.getData('text/plain')
                }""");
        assertThat(copied).isEqualTo("So $E = mc^2$ and \\(\\mathbb{R}\\), for $5 or $6.");
    }

    @Test
    void a_formula_with_an_error_is_shown_as_source_and_one_with_a_link_is_not_a_formula() {
        tab.ask(
                "/echo $\\frac{1$ then $\\href{javascript:alert(1)}{x}$ then $\\includegraphics{https://images.example/a.png}$");

        assertThat(tab.answer().locator(".formula")).hasCount(3);
        assertThat(tab.answer().locator(".formula:not(.failed) code")).hasCount(0);
        assertThat(tab.answer().locator(".formula").first().locator("code")).hasText("$\\frac{1$");
        assertThat(tab.answer().locator(".formula").first())
                .hasAttribute("title", Pattern.compile("This formula has an error: .*"));
        assertThat(tab.answer().locator("a, img, iframe, [href]")).hasCount(0);
    }

    /** What comes before it, the renderer of HTML and KaTeX's own limits, lets little of this through; it must hold alone. */
    @Test
    void what_is_put_into_the_page_cannot_run_style_post_or_fetch() {
        Object kept = tab.page().evaluate("""
                async () => {
                  const { sanitised, sanitisedFormula } = await import('/js/markdown/sanitise.js')
                  const html = node => {
                    const holder = document.createElement('div')
                    holder.append(node)
                    return holder.innerHTML
                  }
                  const formula = inside => html(sanitisedFormula(`<span><math>${inside}</math></span>`))
                  return [
                    html(sanitised('<script>alert(1)</script><style>p { color: red }</style><iframe src="/"></iframe><form action="/"><button>b</button></form>')),
                    html(sanitised('<p id="app" style="color: red" onclick="alert(1)" data-does="save" aria-label="x" class="composer">text</p>')),
                    html(sanitised('<a href="javascript:alert(1)">a</a><a href="data:text/html,x">b</a><a href="//evil.example">c</a><a href="/docs">d</a>')),
                    html(sanitised('<input type="text" value="x" name="y"><img src="/icon.svg" onerror="alert(1)" srcset="https://evil.example/a.png">')),
                    html(sanitised('<svg><image href="https://evil.example/a.png"/></svg><video src="https://evil.example/a.mp4"></video>')),
                    formula('<mi href="javascript:alert(1)" onclick="alert(1)" style="color: red">x</mi><mtext><a href="/">y</a></mtext>'),
                    formula('<mglyph src="https://evil.example/a.png"></mglyph><mtext><img src="https://evil.example/a.png"></mtext><mi>z</mi>'),
                  ].join('\\n')
                }""");

        assertThat((String) kept).isEqualTo("""
                b
                <p>text</p>
                abc<a href="/docs" target="_blank" rel="noopener noreferrer">d</a>
                <input type="checkbox" disabled="" aria-label="not done"><img src="/icon.svg">

                <math><mi>x</mi><mtext>y</mtext></math>
                <math><mtext></mtext><mi>z</mi></math>""");
        tab.forgetComplaints(); // The policy of the page refuses styles already while they are read.
    }

    @Test
    void without_a_formula_nothing_is_loaded_for_formulas() {
        tab.ask("/echo plain, $5");

        Pattern katex = Pattern.compile(".*katex.*");
        Object loaded =
                tab.page().evaluate("performance.getEntriesByType('resource').map(({ name }) => name).join(' ')");
        assertThat((String) loaded).doesNotMatch(katex);
    }

    @Test
    void footnotes_link_to_their_notes_and_back() {
        tab.ask("/echo Said[^1], as in [^0-9].\n\n[^1]: The **note**.");

        Locator mark = tab.answer().locator(".note-ref");
        assertThat(mark).hasText("1");
        assertThat(tab.answer()).containsText("as in [^0-9].");
        mark.click();
        assertThat(tab.answer().locator(".note")).isFocused();
        tab.answer().locator(".note-back").click();
        assertThat(mark).isFocused();
        assertThat(tab.url()).contains("#/s/");
    }

    /** Symptom: images of other hosts were links without an explanation. */
    @Test
    void an_image_of_another_host_is_asked_for_only_when_the_reader_says_so() {
        byte[] png = TestImages.png(40, 20);
        int[] asked = {0};
        tab.page().route(Pattern.compile("https://images\\.example/.*"), route -> {
            asked[0]++;
            assertThat(route.request().headers()).doesNotContainKey("referer");
            route.fulfill(new Route.FulfillOptions().setContentType("image/png").setBodyBytes(png));
        });
        tab.ask("/echo ![A cat](" + IMAGE + ")");
        assertThat(tab.answer()).containsText("images.example would learn that you read this");
        assertThat(asked[0]).isZero();

        tab.button("Load image").click();

        Locator frame = tab.answer().locator("iframe");
        assertThat(frame).hasCSS("width", "40px");
        assertThat(frame).hasCSS("height", "20px");
        assertThat(asked[0]).isEqualTo(1);
        tab.page().reload();
        tab.button("Always from images.example").click();
        assertThat(frame).hasCSS("width", "40px");
        tab.page().reload();
        assertThat(frame).hasCSS("width", "40px");
    }

    @Test
    void a_missing_image_is_reported_and_stays_a_link() {
        tab.page()
                .route(
                        Pattern.compile("https://images\\.example/.*"),
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("image/png")
                                .setBody("none")));
        tab.ask("/echo ![A cat](" + IMAGE + ") ![Plain](http://images.example/b.png)");

        tab.button("Load image").click();

        assertThat(tab.answer()).containsText("It could not be loaded from images.example.");
        assertThat(tab.answer().locator("a")).hasText(new String[] {"Image: A cat", "Image: Plain"});
    }

    /** The page itself may not load images of other hosts, whichever code inserts them. */
    @Test
    void the_page_itself_loads_no_image_of_another_host() {
        List<String> blocked = List.of((String) tab.page().evaluate("""
                () => new Promise(resolve => {
                  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
                  const image = new Image()
                  image.src = 'https://images.example/a.png'
                })"""));

        assertThat(blocked).containsExactly("img-src");
        tab.forgetComplaints();
    }

    /** Symptom: three calls took as much space as an answer, and none showed its duration. */
    @Test
    void finished_calls_become_one_line_with_their_time() {
        tab.ask("/tool sleep {\"seconds\": 0.2}\n/tool time {}\n/tool nothing {}");

        Locator line = tab.page().locator(".tool-group");
        assertThat(line).hasText(Pattern.compile("\\s*3 tools used, [<\\d. ]+s, 1 failed\\s+sleep, time, nothing\\s*"));
        assertThat(tab.toolCard("failed")).hasCount(1);
        assertThat(tab.page().locator(".tool-card")).hasCount(1);
        line.click();
        assertThat(line).hasAttribute("aria-expanded", "true");
        assertThat(tab.toolCard("done").first()).containsText(Pattern.compile("Done\\s+\\d[\\d.]* s"));
        assertThat(tab.page().locator(".tool-card")).hasCount(3);
        tab.page().reload();
        assertThat(line).containsText("3 tools used, ");
        assertThat(tab.page().locator(".tool-card")).hasCount(1);
    }

    /** Symptom: a dropped file opened instead of the page, and a pasted one vanished. */
    @Test
    void files_can_be_dropped_and_pasted_anywhere() {
        int files = 0;
        for (String target : new String[] {"#message", "#transcript", ".sidebar"}) {
            for (String type : new String[] {"drop", "paste"}) {
                assertThat(given(type, target, "new File(['x'], 'a.png', { type: 'image/png' })", null))
                        .as(type + " on " + target)
                        .isTrue();
                assertThat(tab.page().locator(".draft-file.done")).hasCount(++files);
            }
            assertThat(given("dragover", target, "new File(['x'], 'a')", null)).isTrue();
        }
        tab.ask("/echo next");
        assertThat(given("paste", "#message", "new File(['x'], 'a.png')", "words beside it"))
                .isFalse();
        assertThat(given("paste", "#message", null, "words")).isFalse();
        assertThat(given("drop", "#message", null, "words")).isFalse();
    }

    @Test
    void a_file_is_refused_visibly_while_a_dialog_is_open() {
        tab.page().keyboard().press("Control+/");

        assertThat(given("drop", "dialog", "new File(['x'], 'a.png')", null)).isTrue();

        assertThat(tab.page().locator("dialog .notice")).hasText("Close this first. No file was added.");
    }

    /** Whether the page prevented the browser's default action. */
    private boolean given(String type, String target, String file, String text) {
        return (boolean) tab.page()
                .evaluate(
                        """
                ([type, target, text]) => {
                  const data = new DataTransfer()
                  if (text) data.setData('text/plain', text)
                  FILE
                  const how = { bubbles: true, cancelable: true }
                  const event = type === 'paste' ? new ClipboardEvent(type, { ...how, clipboardData: data })
                    : new DragEvent(type, { ...how, dataTransfer: data })
                  document.querySelector(target).dispatchEvent(event)
                  return event.defaultPrevented
                }""".replace("FILE", file == null ? "" : "data.items.add(" + file + ")"),
                        Arrays.asList(type, target, text));
    }

    private static double height(Locator element) {
        return element.boundingBox().height;
    }
}
