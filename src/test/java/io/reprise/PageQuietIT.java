package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.reprise.testing.Notified;
import io.reprise.testing.PageBench;
import io.reprise.testing.Patience;
import io.reprise.testing.Tab;
import io.reprise.testing.TestClient;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers that nobody wants to be told of while the page is hidden. Each is followed by one that is told. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageQuietIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of());

    private final List<String> received = new CopyOnWriteArrayList<>();
    private Tab tab;

    @BeforeEach
    void open() {
        BENCH.person().addInitScript(Notified.BROWSER);
        BENCH.person()
                .onPage(page ->
                        page.onWebSocket(socket -> socket.onFrameReceived(frame -> received.add(frame.text()))));
        tab = BENCH.open();
    }

    @AfterEach
    void clean() {
        tab.assertClean();
    }

    @Test
    void a_muted_chat_causes_no_notification() {
        String muted = Notified.reminded(tab);
        patch("/sessions/" + muted, "{\"muted\": true}");
        elsewhere();
        Notified.leave(tab);
        fires(muted);

        String heard = next();
        fires(heard);

        assertThat(Notified.notification(tab).getString("tag")).isEqualTo(heard);
    }

    @Test
    void there_is_no_notification_in_quiet_hours_and_there_is_after_them() {
        LocalTime now = LocalTime.now(ZoneOffset.UTC);
        patch(
                "/preferences",
                "{\"quietHours\": {\"from\": \"%s\", \"to\": \"%s\", \"zone\": \"UTC\"}}"
                        .formatted(hour(now.minusHours(2)), hour(now.plusHours(3))));
        String quiet = Notified.reminded(tab);
        elsewhere();
        Notified.leave(tab);
        // Then it has decided, or has what it decides by.
        tab.page().waitForResponse(answer -> answer.url().endsWith("/preferences"), () -> fires(quiet));

        String heard = next();
        int before = received.size();
        patch("/preferences", "{\"quietHours\": null}");
        tab.page()
                .waitForCondition(
                        () -> received.stream().skip(before).anyMatch(frame -> frame.contains("preferences.changed")),
                        new Page.WaitForConditionOptions().setTimeout(Patience.LIMIT.toMillis()));
        fires(heard);

        assertThat(Notified.notification(tab).getString("tag")).isEqualTo(heard);
    }

    /** A new chat, so that the one with the reminder is not open. */
    private void elsewhere() {
        tab.page().keyboard().press("Control+Shift+O");
        assertThat(tab.page().locator(".empty")).isVisible();
    }

    /** Another chat with a reminder. */
    private String next() {
        String session = Notified.reminded(tab);
        elsewhere();
        return session;
    }

    /** Returns when its reminder has run to the end. */
    private static void fires(String session) {
        try (TestClient client = BENCH.server().client(BENCH.user())) {
            int from = client.frameCount();
            Notified.moveItsTimeToNow(BENCH.server(), BENCH.user());
            client.await(
                    "the end of the reminder",
                    from,
                    frame -> "run.ended".equals(frame.getString("kind"))
                            && frame.encode().contains(session));
        }
    }

    private static String hour(LocalTime time) {
        return "%02d:00".formatted(time.getHour());
    }

    private static void patch(String path, String body) {
        assertThat(BENCH.server()
                        .call("PATCH", "/api/v1" + path, BENCH.server().token(BENCH.user()), body)
                        .statusCode())
                .isIn(200, 202);
    }
}
