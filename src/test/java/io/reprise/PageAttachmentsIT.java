package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files of messages on the page: chosen, sent, shown. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageAttachmentsIT {
    @RegisterExtension
    static final PageBench BENCH =
            new PageBench(Map.of("attachments.textBytesMax", "20000", "attachments.pdfBytesMax", "20000"));

    private static final FilePayload PICTURE = new FilePayload("cat.png", "image/png", TestImages.png(64, 48));
    private static final FilePayload TABLE =
            new FilePayload("scores.csv", "text/csv", "ada,1".getBytes(StandardCharsets.UTF_8));

    private Tab tab;

    @BeforeEach
    void open() {
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    private Locator chips(String state) {
        return tab.page().locator(".draft-file." + state);
    }

    private void choose(FilePayload... files) {
        FileChooser chooser =
                tab.page().waitForFileChooser(() -> tab.button("Add files").click());
        chooser.setFiles(files);
    }

    @Test
    void files_are_sent_without_a_text_and_shown_to_every_tab() throws IOException {
        choose(PICTURE, TABLE);
        assertThat(chips("done")).hasCount(2);
        assertThat(chips("done").first().locator("img")).isVisible();
        assertAccessible();

        tab.page().reload();
        // The draft has kept them.
        assertThat(chips("done")).hasCount(2);
        tab.button("Send message").click();

        tab.awaitAnswer("an image, cat.png");
        tab.awaitIdle();
        assertThat(tab.page().locator(".draft-file")).hasCount(0);
        Tab other = BENCH.open(tab.url());
        assertThat(other.page().locator(".message-files img")).isVisible();
        assertAccessible();
        Download download = other.page()
                .waitForDownload(() -> other.button("Download scores.csv").click());
        try (InputStream file = download.createReadStream()) {
            assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("ada,1");
        }
        other.assertClean();
    }

    @Test
    void an_upload_shows_its_progress_until_it_has_ended() {
        AtomicReference<Route> held = new AtomicReference<>();
        tab.page().route("**/attachments?**", held::set);
        choose(TABLE);
        Locator progress = tab.page().getByLabel("Upload of scores.csv");
        assertThat(progress).isVisible();
        assertThat(chips("uploading")).hasCount(1);
        assertThat(tab.button("Send message")).isDisabled();

        tab.page().waitForCondition(() -> held.get() != null);
        held.get().resume();

        assertThat(chips("done")).hasCount(1);
        assertThat(progress).hasCount(0);
        assertThat(tab.button("Send message")).isEnabled();
        tab.button("Remove scores.csv").click();
    }

    @Test
    void an_image_is_shown_large_and_closed_with_the_keyboard() {
        choose(PICTURE);
        assertThat(chips("done")).hasCount(1);
        tab.composer().press("Enter");
        tab.awaitAnswer("an image, cat.png");
        tab.awaitIdle();

        tab.button("Show cat.png").click();

        assertThat(tab.page().locator("dialog .file-preview img")).isVisible();
        assertAccessible();
        tab.page().keyboard().press("Escape");
        assertThat(tab.page().locator("dialog[open]")).hasCount(0);
        assertThat(tab.button("Show cat.png")).isFocused();
    }

    @Test
    void a_file_that_is_refused_says_why_and_blocks_until_it_is_removed() {
        tab.composer().fill("/echo on");
        choose(new FilePayload("big.txt", "text/plain", new byte[30_000]));
        assertThat(chips("failed")).containsText("Too large: 29 KB of at most 20 KB.");
        assertThat(tab.button("Send message")).isDisabled();

        tab.button("Remove big.txt").click();

        assertThat(tab.page().locator(".draft-file")).hasCount(0);
        tab.composer().press("Enter");
        tab.awaitAnswer("on");
        tab.awaitIdle();
    }

    private void assertAccessible() {
        tab.page().evaluate(AxeBuilder.getAxeScript());
        Object broken = tab.page().evaluate("""
                async () => (await axe.run(document, { resultTypes: ['violations'], iframes: false })).violations
                  .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)""");
        assertThat((List<?>) broken).isEmpty();
    }
}
