package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.Wire;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * The pictures of the page in the README: a conversation with a call, code and a reminder. With
 * {@code -Dreprise.pictures=webroot/docs/img} they replace those that are there.
 */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PagePictureIT {
    private static final Path FOLDER = Path.of(System.getProperty("reprise.pictures", "target/pictures"));
    private static final int QUALITY = 86;

    /** A picture of more bytes keeps readers of the README waiting. */
    private static final int BYTES_MAX = 120_000;

    private static final String CODE = """
            In Lisbon it is **18:24**. In Java the time in any zone is one call:

            ```java
            ZoneId lisbon = ZoneId.of("Europe/Lisbon");
            ZonedDateTime now = ZonedDateTime.now(lisbon);
            System.out.println(now.format(DateTimeFormatter.ofPattern("HH:mm")));
            ```

            `ZonedDateTime` knows about daylight saving time, so there is no offset to add.""";

    @Test
    void the_page_shows_a_conversation_with_a_call_code_and_a_reminder() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = TestServer.start(settings(provider));
                TestBrowser browser = TestBrowser.start()) {
            for (String title : new String[] {
                "Draft of the release notes", "Why is the index not used?", "Trip to Porto in May", "Names for a cat"
            }) {
                server.call("POST", "/api/v1/sessions", server.token("ada"), "{\"title\":\"" + title + "\"}");
            }
            Tab tab = browser.open(person(browser, ColorScheme.LIGHT), server.url());
            talk(tab, provider);

            picture(tab, "chat.webp");
            picture(browser.open(person(browser, ColorScheme.DARK), tab.url()), "chat-dark.webp");
        }
    }

    private static Map<String, String> settings(FakeProvider provider) {
        return provider.wire.settings(
                provider.url(), Map.of("model.openai.name", "gpt-4.1-mini", "sessions.titles", "off"));
    }

    private static BrowserContext person(TestBrowser browser, ColorScheme colors) {
        return browser.person(
                "ada",
                new Browser.NewContextOptions()
                        .setViewportSize(1180, 800)
                        .setDeviceScaleFactor(1.5)
                        .setLocale("en-GB")
                        .setReducedMotion(ReducedMotion.REDUCE) // nothing is pictured while it appears or goes
                        .setColorScheme(colors));
    }

    private static void talk(Tab tab, FakeProvider provider) throws InterruptedException {
        tab.say("What time is it in Lisbon, and how do I get that in Java?");
        provider.take()
                .answer()
                .tool(0, "a", "time", "{\"zone\":\"Europe/Lisbon\"}")
                .finish(Finish.TOOLS, 412, 18);
        provider.take().answer().text(CODE).finish(Finish.STOP, 486, 112);
        tab.awaitIdle();
        tab.say("Thanks! Remind me every weekday at 9 to look at the build.");
        provider.take()
                .answer()
                .tool(0, "b", "schedule_recall", "{\"text\":\"Look at the build\",\"when\":\"every weekday at 9am\"}")
                .finish(Finish.TOOLS, 640, 31);
        provider.take()
                .answer()
                .text("Done: I will remind you here every weekday at 9:00, also when this tab is closed.")
                .finish(Finish.STOP, 702, 24);
        tab.awaitIdle();
        tab.page().locator("#chat-menu").click();
        tab.menuItem("Rename").click();
        tab.page().locator(".title-field").fill("The time in Lisbon");
        tab.page().locator(".title-field").press("Enter");
    }

    private static void picture(Tab tab, String name) throws IOException {
        assertThat(tab.page().locator("h1")).hasText("The time in Lisbon");
        assertThat(tab.toolCard("done")).hasCount(2);
        assertThat(tab.page()
                        .locator(".code-block .hljs-keyword, .code-block .hljs-string")
                        .first())
                .isVisible();
        assertThat(tab.page().locator(".recall-chip")).containsText("Look at the build");
        // Nobody has the focus, and nothing is pointed at.
        tab.page().mouse().move(0, 0);
        tab.page().evaluate("() => { document.activeElement.blur(); return document.fonts.ready }");
        JsonObject how = new JsonObject();
        how.addProperty("format", "webp");
        how.addProperty("quality", QUALITY);
        String taken = tab.page()
                .context()
                .newCDPSession(tab.page())
                .send("Page.captureScreenshot", how)
                .get("data")
                .getAsString();
        byte[] picture = Base64.getDecoder().decode(taken);
        assertThat(picture.length)
                .as(String.format(Locale.ROOT, "bytes of %s", name))
                .isBetween(10_000, BYTES_MAX);
        Files.createDirectories(FOLDER);
        Files.write(FOLDER.resolve(name), picture);
    }
}
