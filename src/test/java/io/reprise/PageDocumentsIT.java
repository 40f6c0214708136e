package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Symptom: documents were plain text in a fixed-width font, without links and without a way back. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageDocumentsIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    @Test
    void a_document_is_opened_from_the_help_and_left_for_the_chat_as_it_was() {
        Tab tab = BENCH.open();
        tab.ask("/echo hello");
        tab.composer().fill("half a messa");
        String chat = tab.url();

        tab.page().keyboard().press("Control+/");
        tab.page().locator("dialog a").first().click();

        Locator document = tab.page().locator(".document");
        assertThat(document.locator("h1")).hasText("The chat page");
        assertThat(document.locator("h1")).isFocused();
        assertThat(tab.page()).hasTitle("The chat page · Reprise");
        assertThat(tab.composer()).isHidden();

        document.getByText("Recalls", new Locator.GetByTextOptions().setExact(true))
                .click();
        assertThat(document.locator("h1")).hasText("Recalls");
        assertThat(tab.page()).hasURL(Pattern.compile(".*#/docs/recalls"));
        tab.page().goBack();
        assertThat(document.locator("h1")).hasText("The chat page");

        tab.page().keyboard().press("Escape");
        assertThat(tab.composer()).isVisible();
        assertThat(tab.composer()).hasValue("half a messa");
        assertThat(tab.page()).hasURL(chat);
        tab.assertClean();
    }

    @Test
    void the_list_of_contents_leads_to_headings_also_by_address() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/docs/page#for-operators");
        Locator heading = tab.page().locator("[data-heading=for-operators]");
        assertThat(heading).isInViewport();
        assertThat(heading).isFocused();

        Locator contents = tab.page().locator(".document-contents a");
        contents.first().click();

        assertThat(tab.page().locator(".document h2").first()).isFocused();
        assertThat(heading).not().isInViewport();
        tab.page().locator(".document-back").click();
        assertThat(tab.page().locator(".empty")).isVisible();
        tab.assertClean();
    }

    @Test
    void every_document_is_in_the_list_and_can_be_shown_with_all_its_images_and_links() throws Exception {
        JsonArray documents = new JsonArray(get("/docs/index.json", "*/*").body());
        List<String> names = documents.stream()
                .map(JsonObject.class::cast)
                .map(document -> document.getString("name"))
                .toList();
        assertThat(names).contains("page", "protocol", "decisions/0023-the-page-is-put-together-by-the-build");
        Tab tab = BENCH.open(BENCH.server().url() + "/#/docs");
        assertThat(tab.page().locator(".document-list a")).hasCount(names.size());

        for (String name : names) {
            tab.page().navigate(BENCH.server().url() + "/#/docs/" + name);
            assertThat(tab.page().locator(".document:not([aria-busy]) h1"))
                    .not()
                    .hasText("Documents");
            tab.page()
                    .waitForFunction(
                            "() => [...document.querySelectorAll('.document img')].every(image => image.complete && image.naturalWidth)");
            List<?> links = (List<?>) tab.page()
                    .evaluate(
                            "[...document.querySelectorAll('.document .markdown a')].map(a => a.getAttribute('href'))");
            assertThat(links).as(name).allSatisfy(link -> {
                if (link.toString().startsWith("#/docs/"))
                    assertThat(names).contains(link.toString().substring(7).replaceFirst("#.*", ""));
            });
            tab.page().evaluate("document.querySelector('.document').replaceChildren()");
        }
        tab.assertClean();
    }

    @Test
    void a_missing_document_is_reported() {
        Tab tab = BENCH.open(BENCH.server().url() + "/#/docs/nothing-like-this");

        assertThat(tab.page().locator(".document h1")).hasText("There is no such document");
        assertThat(tab.page().getByText("All documents")).isVisible();
        tab.forgetComplaints();
    }

    @Test
    void on_a_phone_nothing_is_wider_than_the_screen() {
        BrowserContext phone = BENCH.browser().personOnPhone(BENCH.user());
        Tab tab = BENCH.browser().open(phone, BENCH.server().url() + "/#/docs/architecture");

        assertThat(tab.page().locator(".document h1")).isVisible();
        assertThat(tab.page().locator(".document-contents a").first()).isHidden();
        Page page = tab.page();
        assertThat(page.evaluate("document.querySelector('.document').scrollWidth <= innerWidth"))
                .isEqualTo(true);
        tab.page().locator(".document-contents summary").click();
        assertThat(tab.page().locator(".document-contents a").first()).isVisible();
        tab.assertClean();
    }

    @Test
    void a_browser_that_opens_the_file_is_led_to_the_page_and_a_program_gets_the_file() throws Exception {
        String browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assertThat(location("/docs/page.md", browser)).isEqualTo("/#/docs/page");
        assertThat(location("/docs/decisions/0003-one-statement-per-append.md", browser))
                .isEqualTo("/#/docs/decisions/0003-one-statement-per-append");
        for (String folder : new String[] {"/docs", "/docs/", "/docs/decisions/"})
            assertThat(location(folder, "*/*")).isEqualTo("/#/docs");
        assertThat(get("/docs/page.md", "*/*").body()).startsWith("# The chat page");
        assertThat(get("/docs/page.md?raw", browser).body()).startsWith("# The chat page");
        assertThat(get("/docs/nothing.md", "*/*").statusCode()).isEqualTo(404);
        assertThat(get("/docs/img/rooms.svg", browser).statusCode()).isEqualTo(200);
    }

    private static String location(String path, String accept) throws Exception {
        return get(path, accept).headers().firstValue("location").orElse("");
    }

    private static HttpResponse<String> get(String path, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(BENCH.server().url() + path))
                .header("accept", accept)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
