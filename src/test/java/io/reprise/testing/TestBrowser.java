package io.reprise.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The machine's Chromium, controlled by the machine's node: nothing is downloaded. There is one in a test process, and
 * its
 * users are isolated from each other. For the thread of the tests only.
 */
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

    /** Started by the first test that needs it and kept for the others: its driver ends it with the process. */
    private static Browser running;

    /** The same with everything that a browser of a person has. */
    private static Browser whole;

    private final Browser browser;
    private final List<BrowserContext> people = new ArrayList<>();

    private TestBrowser(Browser browser) {
        this.browser = browser;
    }

    /** Without a user. */
    public static TestBrowser start() {
        // Without windows, menus and services a test needs less than half of the processor time.
        if (running == null || !running.isConnected())
            running = launch("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
        return new TestBrowser(running);
    }

    /** The same with push messages, which the shell without windows does not have. */
    public static TestBrowser startWhole() {
        if (whole == null || !whole.isConnected()) whole = launch("chromium", "chromium-browser", "google-chrome");
        return new TestBrowser(whole);
    }

    private static Browser launch(String... programs) {
        String chromium = Programs.find(programs).toString();
        Map<String, String> environment = Map.of(
                "PLAYWRIGHT_NODEJS_PATH", Programs.find("node").toString(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        LaunchOptions options =
                new LaunchOptions().setExecutablePath(Path.of(chromium)).setArgs(FLAGS);
        return playwright.chromium().launch(options);
    }

    /** A user's browser, of 1280 x 800; its tabs share the stored data of a browser. */
    public BrowserContext person(String user) {
        return person(user, 1280, 800);
    }

    /** A user's phone. */
    public BrowserContext personOnPhone(String user) {
        return person(user, 390, 844);
    }

    private BrowserContext person(String user, int width, int height) {
        return person(
                user,
                new Browser.NewContextOptions().setViewportSize(width, height).setLocale("en-GB"));
    }

    /** With what tests of it need. */
    public BrowserContext person(String user, Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        people.add(context);
        context.setDefaultTimeout(PATIENCE_MS);
        // Frames have no storage of their own.
        context.addInitScript("if (self === top) localStorage.setItem('reprise.user', '" + user + "')");
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

    /** Closes tabs that are still open. */
    @Override
    public void close() {
        people.forEach(BrowserContext::close);
    }
}
