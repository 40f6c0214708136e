package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Loopback;
import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.Tab;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A page whose node is gone goes on with another node, of which it was told. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageNodesIT {
    private final DatabaseUri database = TestDatabase.fresh();
    private final List<Integer> ports = List.of(Ports.free(), Ports.free());
    private final List<String> hosts = List.of(Loopback.address(), Loopback.address());
    private TestBrowser browser;
    private ServerProcess first;
    private ServerProcess second;

    @AfterEach
    void end() {
        if (browser != null) browser.close();
        for (ServerProcess node : new ServerProcess[] {first, second}) if (node != null) node.close();
    }

    private ServerProcess node(int i) {
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", database.reveal());
        settings.put("server.port", ports.get(i).toString());
        settings.put("sessions.titles", "off");
        settings.put("run.restartsMax", "5");
        settings.put("database.timeoutMs", "60000"); // A busy machine starts slowly.
        settings.put("cluster.enabled", "true");
        settings.put("cluster.host", hosts.get(i));
        settings.put("cluster.members", String.join(",", hosts));
        settings.put("cluster.clientUrls", url(0) + "," + url(1));
        return ServerProcess.launch(settings);
    }

    private String url(int i) {
        return "http://127.0.0.1:" + ports.get(i);
    }

    @Test
    void a_page_whose_node_is_killed_shows_the_rest_of_the_answer_once_and_can_be_used() {
        first = node(0);
        second = node(1);
        first.port();
        second.port();
        browser = TestBrowser.start();
        BrowserContext person = browser.person("ada");
        Tab tab = browser.open(person, url(0));
        tab.say("/stream 200 40");
        tab.awaitAnswer("w20 ");

        first.kill();

        tab.awaitAnswer("w200");
        tab.awaitIdle();
        assertThat(tab.answerText().split("w1 ", -1)).hasSize(2);
        assertThat(tab.outcome()).hasCount(0);
        tab.ask("/echo from the other node");
        assertThat(tab.answer()).hasText("from the other node");
        Tab other = browser.open(person, url(1) + "/#/s/" + tab.session());
        assertThat(other.answer()).hasText("from the other node");
        assertThat(other.page().locator(".message.user")).hasCount(2);
        await().atMost(Patience.LIMIT)
                .until(() -> !StoredLog.unfinished(database).contains(tab.session()));
        StoredLog.of(database, tab.session()).assertWhole();
        tab.assertCleanButForOutage();
        person.addInitScript("localStorage.setItem('reprise.admin', 'yes')");
        Tab live = browser.open(person, url(1) + "/#/admin/live");
        assertThat(live.page().locator(".live-page")).containsText(TestDatabase.SHARDS + " shards, this one");
        person.close();
    }
}
