package io.reprise.testing;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A browser that may show notifications, and whose tabs are hidden if the test says so. */
public final class Notified {
    /** To be run in each page before its scripts. */
    public static final String BROWSER = """
            window.shown = []
            window.Notification = class {
              static permission = 'granted'
              static requestPermission() { return Promise.resolve('granted') }
              constructor(title, options) { window.shown.push({ title, ...options }) }
              close() {}
            }
            localStorage.setItem('reprise.notify', 'yes')
            Object.defineProperty(document, 'visibilityState', { get: () => window.isAway ? 'hidden' : 'visible' })
            """;

    private Notified() {}

    /** Hides the tab. */
    public static void leave(Tab tab) {
        tab.page().evaluate("() => { window.isAway = true }");
    }

    /** A chat with a reminder, of which the tab shows the chip. */
    public static String reminded(Tab tab) {
        tab.ask("remind me in 30 minutes to stretch");
        assertThat(tab.page().locator(".recall-chip")).hasCount(1);
        return tab.session();
    }

    /** Fires the only pending reminder of the user. */
    public static void moveItsTimeToNow(TestServer server, String user) {
        String token = server.token(user);
        String list =
                server.call("GET", "/api/v1/recalls?status=open", token, null).body();
        JsonObject recall = new JsonObject(list).getJsonArray("recalls").getJsonObject(0);
        server.call(
                "PATCH",
                "/api/v1/recalls/" + recall.getString("id"),
                token,
                "{\"schedule\": {\"kind\": \"immediate\"}}");
    }

    /** The only one that was shown. */
    public static JsonObject notification(Tab tab) {
        Page page = tab.page();
        page.waitForFunction("() => window.shown.length > 0");
        JsonArray shown = new JsonArray((String) page.evaluate("() => JSON.stringify(window.shown)"));
        assertThat(shown).hasSize(1);
        return shown.getJsonObject(0);
    }
}
