package io.reprise.testing;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A tab with the page, used as a person does, and all errors that the browser reported in it. */
public final class Tab {
    private static final int PATIENCE_MS = (int) Patience.LIMIT.toMillis();

    /** The browser itself reports a failed connection; no page can prevent it. */
    private static final Pattern OUTAGE = Pattern.compile(
            "Failed to load resource: net::ERR_\\w+|WebSocket connection to 'ws://.*' failed: .*", Pattern.DOTALL);

    private final Page page;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requested = new ArrayList<>();

    Tab(Page page) {
        this.page = page;
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) complaints.add(message.text());
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> requested.add(URI.create(request.url()).getPath()));
    }

    public Page page() {
        return page;
    }

    /** How often this path was requested since the tab was opened. */
    public long requests(String path) {
        return requested.stream().filter(path::equals).count();
    }

    // --- actions of a person

    public void say(String text) {
        composer().fill(text);
        boolean isPhone = (boolean) page.evaluate("matchMedia('(pointer: coarse)').matches");
        if (isPhone) page.locator(".composer .send").click();
        else composer().press("Enter");
    }

    /** What a key has changed is shown with the next frame, such as another chat; the second one comes after it. */
    private void awaitFrame() {
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    /** Sends it, and waits until the answer has ended. */
    public void ask(String text) {
        awaitFrame();
        int before = page.locator(".message.user").count();
        say(text);
        assertThat(page.locator(".message.user:not(.pending)")).hasCount(before + 1);
        awaitIdle();
    }

    public void stop() {
        button("Stop").click();
    }

    public Locator composer() {
        return page.locator("#message");
    }

    /**
     * By its whole name: a part of it may be that of another button, which is there earlier. "Stop" was also found in "Run
     * a slow tool, then stop it", which an empty chat suggests.
     */
    public Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    public Locator menuItem(String name) {
        return page.getByRole(
                AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    // --- what a person sees

    public Locator answer() {
        return page.locator(".message.assistant markdown-text").last();
    }

    public Locator chips() {
        return page.locator(".queue .chip-text");
    }

    /** Calls of tools in this state: {@code waiting} for a person, {@code done}, {@code rejected}, ... */
    public Locator toolCard(String state) {
        return page.locator(".tool-card." + state);
    }

    public Locator outcome() {
        return page.locator(".outcome-words");
    }

    public Locator lostLine() {
        return page.locator(".lost");
    }

    public Locator chats() {
        return page.locator(".session-name");
    }

    /** The current text of the last answer. */
    public String answerText() {
        return answer().textContent().strip();
    }

    public String url() {
        return page.url();
    }

    /** The id of the open session. */
    public String session() {
        return url().replaceFirst(".*#/s/", "");
    }

    public void awaitConnected() {
        assertThat(page.locator(".connection")).hasText("Connected", new HasTextOptions().setTimeout(PATIENCE_MS));
    }

    public void awaitDisconnected() {
        Pattern words = Pattern.compile("Reconnecting|Connecting");
        assertThat(page.locator(".connection")).containsText(words, new ContainsTextOptions().setTimeout(PATIENCE_MS));
    }

    public void awaitAnswer(String part) {
        assertThat(answer()).containsText(part, new ContainsTextOptions().setTimeout(PATIENCE_MS));
    }

    /** Until no answer is being written. */
    public void awaitIdle() {
        assertThat(page.locator(".composer .stop")).hasCount(0);
    }

    // --- what the browser says

    /** Nothing went wrong in this tab, also no violation of the content security policy. */
    public void assertClean() {
        assertThat(complaints).isEmpty();
    }

    /** Errors that were provoked on purpose. */
    public void forgetComplaints() {
        complaints.clear();
    }

    /** The same, except for failed connections while the server was unavailable. */
    public void assertCleanButForOutage() {
        assertThat(complaints).allMatch(text -> OUTAGE.matcher(text).matches());
    }
}
