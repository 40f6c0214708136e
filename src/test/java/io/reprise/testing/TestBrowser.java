package io.reprise.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The machine's Chromium, driven over the machine's node: nothing is downloaded. For one thread. */
public final class TestBrowser implements AutoCloseable {
    private static final int PATIENCE_MS = (int) Patience.LIMIT.toMillis();
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    private TestBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    public static TestBrowser start() {
        String chromium =
                Programs.find("chromium", "chromium-browser", "google-chrome").toString();
        Map<String, String> environment = Map.of(
                "PLAYWRIGHT_NODEJS_PATH", Programs.find("node").toString(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        LaunchOptions options =
                new LaunchOptions().setExecutablePath(Path.of(chromium)).setArgs(FLAGS);
        return new TestBrowser(playwright, playwright.chromium().launch(options));
    }

    /** A person's browser, of 1280 x 800; the tabs in it share what a browser remembers. */
    public BrowserContext person(String user) {
        return person(user, 1280, 800);
    }

    /** A person's phone. */
    public BrowserContext personOnPhone(String user) {
        return person(user, 390, 844);
    }

    private BrowserContext person(String user, int width, int height) {
        return person(
                user,
                new Browser.NewContextOptions().setViewportSize(width, height).setLocale("en-GB"));
    }

    /** With what those tests need that look at it. */
    public BrowserContext person(String user, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MS);
        context.addInitScript("localStorage.setItem('reprise.user', '" + user + "')");
        return context;
    }

    /** Opens the address in a new tab and waits until the page is connected. */
    public Tab open(BrowserContext person, String url) {
        Page page = person.newPage();
        Tab tab = new Tab(page);
        page.navigate(url);
        tab.awaitConnected();
        return tab;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
