package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.reprise.testing.PageBench;
import io.reprise.testing.Patience;
import io.reprise.testing.PushBrowser;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.Tab;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Push notifications on the page. The subscription is made up, because a browser of a test has no push service; the service
 * worker is the real one, and receives what the server has sent.
 */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PagePushIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of(
                    "secrets.key",
                    SecretKeyFile.reference(),
                    "outgoing.allow",
                    "127.0.0.1",
                    "push.pollMs",
                    "20",
                    "push.delayMs",
                    "0"))
            .whole();

    private static final int ASKED_MAX = 10_000;
    private static final int DELIVERIES_MAX = 6;
    private static final Vertx VERTX = Vertx.vertx();
    private static final List<byte[]> SENT = new CopyOnWriteArrayList<>();
    private static int port;

    private final PushBrowser browser = PushBrowser.fresh();

    /** A push service that gives every browser the same subscription, until it is given back. */
    private static final String SUBSCRIBES = """
            if (self === top) {
              const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), char => char.charCodeAt(0))
              const made = () => {
                const key = localStorage.getItem('test.key')
                return key && {
                  endpoint: '%s',
                  options: { applicationServerKey: bytes(key).buffer },
                  toJSON: () => ({ endpoint: '%s', keys: { p256dh: '%s', auth: '%s' } }),
                  unsubscribe: async () => localStorage.removeItem('test.key'),
                }
              }
              PushManager.prototype.getSubscription = async () => made() || null
              PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
                localStorage.setItem('test.key', applicationServerKey)
                return made()
              }
              Object.defineProperty(document, 'visibilityState', { get: () => window.isAway ? 'hidden' : 'visible' })
            }
            """;

    @BeforeAll
    static void listen() throws TimeoutException {
        port = VERTX.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    SENT.add(body.getBytes());
                    request.response().setStatusCode(201).end();
                }))
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void come() {
        SENT.clear();
        BENCH.person().grantPermissions(List.of("notifications"));
        subscribes(BENCH.person());
    }

    private void subscribes(BrowserContext person) {
        String endpoint = "http://127.0.0.1:" + port + "/send";
        person.addInitScript(SUBSCRIBES.formatted(endpoint, endpoint, browser.publicKey(), browser.auth()));
    }

    @Test
    void a_device_is_switched_on_and_the_service_worker_shows_what_the_server_sends() {
        Tab tab = BENCH.open();
        Page page = tab.page();
        Locator own = switchedOn(tab);
        assertThat(own).containsText("(this one)");
        page.locator("input[name=titles]").uncheck();
        assertThat(page.locator("input[name=titles]")).isEnabled();
        own.getByText("Test").click();
        await().atMost(Patience.LIMIT).until(() -> SENT.size() == 1);
        assertThat(own).containsText("a test was sent");
        page.keyboard().press("Escape");
        tab.ask("/echo first");
        await().atMost(Patience.LIMIT).until(() -> SENT.size() == 2);
        String message = browser.read(SENT.get(1));
        assertThat(new JsonObject(message).containsKey("title")).isFalse();
        CDPSession devtools = BENCH.person().newCDPSession(page);
        String worker = workerOf(page, devtools);

        page.evaluate("""
                () => {
                  window.asked = 0
                  new BroadcastChannel('reprise.tabs').addEventListener('message', () => { window.asked++ })
                }""");

        deliverUntilShown(devtools, worker, browser.read(SENT.get(0)), page, "Notifications arrive on this device");
        deliver(devtools, worker, message); // somebody looks, so it is not shown
        page.waitForFunction("window.asked > 0");
        page.evaluate("isAway = true");
        String other = new JsonObject(message).put("run", "other").encode();
        deliverUntilShown(devtools, worker, other, page, "The answer is complete");

        assertThat(shown(page).toString())
                .contains("run.ended " + tab.session() + " other")
                .doesNotContain(new JsonObject(message).getString("run"));
        tab.assertClean();
    }

    @Test
    void an_open_tab_leaves_answers_to_the_push_message() {
        Tab tab = BENCH.open();
        Page page = tab.page();
        switchedOn(tab);
        page.locator(".notify-form input[type=checkbox]").first().check();
        page.keyboard().press("Escape");
        tab.ask("/echo first");
        String session = tab.session();
        page.keyboard().press("Control+Shift+O");
        assertThat(page.locator(".empty")).isVisible();
        page.evaluate("""
                () => {
                  window.asked = 0
                  new BroadcastChannel('reprise.tabs').addEventListener('message', () => { window.asked++ })
                  window.isAway = true
                }""");

        BENCH.server()
                .call(
                        "POST",
                        "/api/v1/sessions/" + session + "/recalls",
                        BENCH.server().token(BENCH.user()),
                        "{\"text\":\"/echo stretch\",\"schedule\":{\"kind\":\"immediate\"}}");

        await().atMost(Patience.LIMIT)
                .until(() -> SENT.stream().anyMatch(one -> browser.read(one).contains("recall.fired")));
        assertThat(page.locator(".session.unread")).hasCount(1);
        assertThat(page.evaluate("window.asked"))
                .as("questions who looks, before a notification of the tab")
                .isEqualTo(0);
        tab.assertClean();
    }

    @Test
    void a_device_that_was_removed_elsewhere_forgets_its_subscription() {
        Tab tab = BENCH.open();
        Page page = tab.page();
        String id = switchedOn(tab).getAttribute("data-device");
        page.reload();
        tab.awaitConnected();
        openDialog(tab);
        assertThat(page.locator("input[name=push]")).isChecked();
        assertThat(BENCH.server()
                        .call(
                                "DELETE",
                                "/api/v1/push-subscriptions/" + id,
                                BENCH.server().token(BENCH.user()),
                                null)
                        .statusCode())
                .isEqualTo(204);

        page.reload();

        page.waitForFunction("() => !localStorage.getItem('reprise.push') && !localStorage.getItem('test.key')");
        openDialog(tab);
        assertThat(page.locator("input[name=push]")).not().isChecked();
        assertThat(page.locator(".devices")).hasCount(0);
        page.locator("input[name=push]").check();
        assertThat(page.locator(".devices li")).hasCount(1);
        page.locator("input[name=push]").uncheck();
        assertThat(page.locator(".devices")).hasCount(0);
        assertThat(page.evaluate("localStorage.getItem('test.key')")).isNull();
        tab.assertClean();
    }

    @Test
    void the_dialog_says_why_there_is_no_switch() {
        BENCH.person()
                .addInitScript(
                        "if (sessionStorage.denied) Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
                                + "if (sessionStorage.old) delete window.PushManager");
        Tab tab = BENCH.open();
        Page page = tab.page();
        page.evaluate("sessionStorage.denied = 'yes'");
        page.reload();
        openDialog(tab);
        assertThat(page.locator(".push-state")).containsText("told to show no notifications");
        page.evaluate("delete sessionStorage.denied; sessionStorage.old = 'yes'");
        page.reload();
        openDialog(tab);
        assertThat(page.locator(".push-state")).containsText("cannot be notified without an open page");
        assertThat(page.locator("input[name=push]")).hasCount(0);
        try (TestServer off = TestServer.start(TestDatabase.fresh(), Map.of())) {
            Tab there = BENCH.open(off.url());
            openDialog(there);
            assertThat(there.page().locator(".push-state")).containsText("secrets.key is not set");
            there.page().close();
        }
    }

    @Test
    void the_service_worker_is_checked_for_a_new_version_each_time_and_may_serve_the_whole_page() {
        HttpResponse<String> worker = BENCH.server().call("GET", "/push-worker.js", null, null);

        assertThat(worker.statusCode()).isEqualTo(200);
        assertThat(worker.headers().firstValue("Content-Type").orElse("")).startsWith("text/javascript");
        assertThat(worker.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(worker.body()).doesNotContain("'fetch'", "caches");
    }

    private static Locator switchedOn(Tab tab) {
        openDialog(tab);
        Page page = tab.page();
        page.locator("input[name=push]").check();
        Locator own = page.locator(".devices li");
        assertThat(own).hasCount(1);
        assertThat(page.locator("input[name=push]")).isEnabled();
        return own;
    }

    private static void openDialog(Tab tab) {
        tab.awaitConnected();
        tab.button("Notifications").click();
        assertThat(tab.page().locator(".push-part")).isVisible();
    }

    /** The registration of the service worker, once it is active. */
    private static String workerOf(Page page, CDPSession devtools) {
        List<String> active = new CopyOnWriteArrayList<>();
        devtools.on(
                "ServiceWorker.workerVersionUpdated",
                event -> event.getAsJsonArray("versions").forEach(version -> {
                    if (version.getAsJsonObject().get("status").getAsString().equals("activated"))
                        active.add(
                                version.getAsJsonObject().get("registrationId").getAsString());
                }));
        devtools.send("ServiceWorker.enable");
        // Events come while something is asked for.
        for (int asked = 0; active.isEmpty(); asked++) {
            assertThat(asked).as("questions without an active service worker").isLessThan(ASKED_MAX);
            page.evaluate("navigator.serviceWorker.ready.then(() => true)");
        }
        return active.getLast();
    }

    private static void deliver(CDPSession devtools, String worker, String message) {
        com.google.gson.JsonObject sent = new com.google.gson.JsonObject();
        sent.addProperty("origin", BENCH.server().url());
        sent.addProperty("registrationId", worker);
        sent.addProperty("data", message);
        devtools.send("ServiceWorker.deliverPushMessage", sent);
    }

    private static final String NOTIFICATIONS =
            "navigator.serviceWorker.getRegistration('/').then(worker => worker.getNotifications())";

    /**
     * Delivers a message again while it is not shown, as push services may: on a busy machine Chromium has lost one once, of
     * what it shows or of what it was given.
     */
    private static void deliverUntilShown(CDPSession devtools, String worker, String message, Page page, String text) {
        for (int delivery = 1; delivery <= DELIVERIES_MAX; delivery++) {
            deliver(devtools, worker, message);
            if (isShown(page, text)) return;
        }
        Assertions.fail("not shown after %d deliveries: %s; but: %s", DELIVERIES_MAX, text, shown(page));
    }

    private static boolean isShown(Page page, String text) {
        return (boolean) page.evaluate(
                "text => new Promise(done => { setTimeout(() => done(false), "
                        + Patience.LIMIT.toMillis() / DELIVERIES_MAX + "); const look = () => " + NOTIFICATIONS
                        + ".then(list => list.some(({ body }) => body === text) ? done(true) : setTimeout(look, 200)); look() })",
                text);
    }

    private static JsonArray shown(Page page) {
        String list = (String) page.evaluate(NOTIFICATIONS
                + ".then(list => JSON.stringify(list.map(({ title, body, tag }) => [title, body, tag])))");
        return JsonParser.parseString(list).getAsJsonArray();
    }
}
