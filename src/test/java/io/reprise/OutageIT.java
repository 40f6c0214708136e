package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database goes away at random moments under load, for short and long, in several ways. */
class OutageIT {
    private static final int OUTAGES = Rounds.of(2, 60);
    private static final int CHATS = 4;
    private static final int MESSAGES_BETWEEN_MAX = 20;
    private static final String MAY_BE_ACCEPTED = "may still be accepted";
    private static final Map<String, String> SETTINGS = Map.of(
            "database.timeoutMs", "2000",
            "store.waitMs", "600000",
            "store.retryMs", "50",
            "store.retryMaxMs", "200",
            "gateway.answerMs", "500",
            "limits.userCommandsPerMinute", "0",
            "limits.socketFramesPerMinute", "0");

    private enum Kind {
        /** Connections are cut, and new ones refused. */
        REFUSED,
        /** Nothing passes, and everything passes later. */
        STALLED,
        /** Nothing passes, and earlier connections are dead for ever. */
        FORGOTTEN
    }

    /** A tab that sends one message after the other, each until it is accepted. */
    private static final class Chat {
        final TestClient tab;
        final String session;
        final Set<String> accepted = ConcurrentHashMap.newKeySet();
        final AtomicInteger refusals = new AtomicInteger();

        Chat(TestClient tab) {
            this.tab = tab;
            // With its short time-outs, a busy machine may refuse this, too.
            AtomicReference<String> made = new AtomicReference<>();
            await().atMost(Patience.LIMIT).until(() -> {
                made.set(tab.ask("create", new JsonObject()).getString("session"));
                return made.get() != null;
            });
            this.session = made.get();
            tab.attachLive(session);
        }

        JsonObject send(String id, String text) {
            int from = tab.frameCount();
            tab.say(new JsonObject()
                    .put("type", "send")
                    .put("id", id)
                    .put("session", session)
                    .put("text", text));
            JsonObject answer = tab.await("an answer", from, frame -> id.equals(frame.getString("id")));
            if (answer.getString("type").equals("result")) accepted.add(id);
            else refused(answer);
            return answer;
        }

        private void refused(JsonObject answer) {
            String code = answer.getString("code");
            assertThat(code).as(answer.encode()).isIn("unavailable", "timeout", "queue_full");
            if (code.equals("queue_full")) return;
            assertThat(answer.getBoolean("retryable")).as(answer.encode()).isTrue();
            if (code.equals("timeout")) assertThat(answer.getString("message")).contains(MAY_BE_ACCEPTED);
            refusals.incrementAndGet();
        }

        void sendUntilAccepted() {
            String id = UUID.randomUUID().toString();
            await().atMost(Patience.LIMIT)
                    .until(() -> send(id, "/echo " + id).getString("type").equals("result"));
        }
    }

    private final Random random = Seed.random("OutageIT");
    private final List<Chat> chats = new ArrayList<>();
    private DatabaseUri database;
    private DatabaseProxy proxy;
    private TestServer server;
    private volatile boolean ending;

    /** So that no start in these tests is slower than the short time-outs that they set. */
    @BeforeAll
    static void load_all_classes() {
        TestServer.start(Map.of()).close();
    }

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        proxy = DatabaseProxy.before(database);
        server = TestServer.start(proxy.uri(), SETTINGS);
        for (int i = 0; i < CHATS; i++) chats.add(new Chat(server.client("user-" + i)));
    }

    @AfterEach
    void stop_everything() {
        ending = true;
        proxy.heal();
        chats.forEach(chat -> chat.tab.close());
        if (server != null) server.close();
        proxy.close();
    }

    @Test
    void nothing_accepted_is_lost_no_event_is_doubled_and_all_recovers_without_a_restart() throws Exception {
        Chat endless = new Chat(server.client("endless"));
        chats.add(endless);
        String run = endless.tab.send(endless.session, "/stream 1000000 50").getString("run");
        List<Chat> talking = chats.subList(0, CHATS);
        List<Future<?>> sending = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CHATS)) {
            for (Chat chat : talking) {
                sending.add(threads.submit(() -> {
                    while (!ending) chat.sendUntilAccepted();
                }));
            }
            for (int i = 0; i < OUTAGES; i++) {
                awaitMore(talking, 1 + random.nextInt(MESSAGES_BETWEEN_MAX));
                outage(talking, Kind.values()[random.nextInt(Kind.values().length)], random.nextBoolean());
            }
            awaitMore(talking, MESSAGES_BETWEEN_MAX);
            ending = true;
            for (Future<?> each : sending) each.get();
        }

        endless.tab.ask("stop", new JsonObject().put("session", endless.session).put("run", run));
        endless.tab.awaitEnd(endless.session, run);
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(StoredLog.unfinished(database)).isEmpty());
        await().atMost(Patience.LIMIT).until(() -> ready() == 200);
        for (Chat chat : chats) assertNothingLost(chat);
        Chat newcomer = new Chat(server.client("newcomer"));
        chats.add(newcomer);
        newcomer.tab.awaitEnd(
                newcomer.session,
                newcomer.send(UUID.randomUUID().toString(), "/echo hello").getString("run"));
    }

    /** It is decided without a look at the database, so that nothing tells that it is away. */
    @Test
    void the_first_message_after_the_database_went_away_is_answered_timeout_and_accepted_once_when_it_is_back() {
        Chat chat = chats.getFirst();
        String id = UUID.randomUUID().toString();
        proxy.stall();

        JsonObject answer = chat.send(id, "/echo hello");

        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo("timeout");
        assertThat(answer.getString("message")).contains(MAY_BE_ACCEPTED, "with the same id is safe");
        proxy.heal();
        await().atMost(Patience.LIMIT)
                .until(() -> chat.send(id, "/echo hello").getString("type").equals("result"));
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(StoredLog.unfinished(database)).isEmpty());
        assertNothingLost(chat);
    }

    // --- helpers

    private void awaitMore(List<Chat> talking, int more) {
        int before = accepted(talking);
        await().atMost(Patience.LIMIT).until(() -> accepted(talking) >= before + more);
    }

    private static int accepted(List<Chat> talking) {
        return talking.stream().mapToInt(chat -> chat.accepted.size()).sum();
    }

    /** A short one ends as soon as somebody notices; a long one when everybody knows. */
    private void outage(List<Chat> talking, Kind kind, boolean isLong) {
        List<Integer> before = talking.stream().map(chat -> chat.refusals.get()).toList();
        int refusals = proxy.refusals();
        if (kind == Kind.REFUSED) proxy.refuse();
        else proxy.stall();
        if (isLong) {
            await().atMost(Patience.LIMIT).until(() -> ready() == 503);
            await().atMost(Patience.LIMIT).until(() -> refused(talking, before) == talking.size());
        } else {
            await().atMost(Patience.LIMIT).until(() -> proxy.refusals() > refusals || refused(talking, before) > 0);
        }
        if (kind == Kind.FORGOTTEN) proxy.healForNewConnectionsOnly();
        else proxy.heal();
    }

    private static long refused(List<Chat> talking, List<Integer> before) {
        long count = 0;
        for (int i = 0; i < talking.size(); i++) if (talking.get(i).refusals.get() > before.get(i)) count++;
        return count;
    }

    private int ready() {
        return server.call("GET", "/health/ready", null, null).statusCode();
    }

    private void assertNothingLost(Chat chat) {
        await().atMost(Patience.LIMIT)
                .until(() -> StoredLog.of(database, chat.session).head() >= chat.tab.view(chat.session).cursor);
        StoredLog log = StoredLog.of(database, chat.session).assertWhole();
        assertThat(chat.accepted)
                .allSatisfy(id -> assertThat(log.messagesOf(id)).isEqualTo(1));
        chat.tab.awaitThat("the end of the log", () -> chat.tab.view(chat.session).cursor >= log.head());
        log.assertShownTo(chat.tab, Long.MAX_VALUE);
    }
}
