package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Seed;
import io.reprise.testing.SseReader;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Event streams of a whole server: cut anywhere, slow, many together with sockets, and across a restart. */
class SseIT {
    private static final int CUTS = 200;

    /** Many small events, rows and pages, and few of them in memory. */
    private static final Map<String, String> SETTINGS = Map.of(
            "run.mergeMs", "2",
            "run.mergeDeltasMax", "4",
            "log.flushMs", "20",
            // Each cursor is replayed, however many events follow meanwhile.
            "log.replayEvents", "1000000",
            "log.memoryBytesMax", "8192",
            "log.pageEvents", "7",
            "log.pageBytesMax", "4096");

    @Test
    void interrupted_streams_resume_by_their_last_id_without_gaps_or_duplicates() throws Exception {
        Random random = Seed.random("SseIT");
        DatabaseUri database = TestDatabase.fresh();
        AtomicInteger cuts = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        try (TestServer server = TestServer.start(database, SETTINGS);
                TestClient talker = server.client("ada");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String token = server.token("ada");
            String session = talker.create();
            String start = talker.attachLive(session).getString("epoch") + ":0";

            // When runs continue while streams are cut at any point
            Random talks = new Random(random.nextLong());
            Future<?> talking = threads.submit(() -> talk(talker, session, talks, enough));
            List<Future<SseReader>> reading = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Random its = new Random(random.nextLong());
                reading.add(threads.submit(() -> {
                    SseReader reader = SseReader.open(server.port(), token, session, start);
                    while (cuts.getAndIncrement() < CUTS) {
                        for (int left = its.nextInt(25); left > 0; left--) reader.next();
                        reader.cut();
                        reader = reader.again(server.port(), token, session);
                    }
                    return reader;
                }));
            }
            List<SseReader> readers = new ArrayList<>();
            for (Future<SseReader> reader : reading) readers.add(reader.get());
            enough.set(true);
            talking.get();

            // Then each has exactly the stored events
            LogOracle log = LogOracle.of(database, session);
            for (SseReader reader : readers) {
                reader.awaitCursor(log.head());
                log.assertIs(reader.events, 0, log.head());
                reader.cut();
            }
            log.assertIs(talker.events(session), 0, log.head());
            System.out.println("SseIT: " + CUTS + " cuts in " + log.head() + " events");
        }
    }

    private static void talk(TestClient talker, String session, Random random, AtomicBoolean enough) {
        List<String> texts = List.of("/stream %d 400", "/stream %d 0", "/think %d", "/echo 😀 \u2028 漢字 %d");
        while (!enough.get()) {
            String text = texts.get(random.nextInt(texts.size())).formatted(1 + random.nextInt(99));
            talker.awaitEnd(session, talker.send(session, text).getString("run"));
        }
    }

    @Test
    void a_slow_stream_receives_merged_text_and_all_streams_and_sockets_receive_the_same() {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> settings = Map.of(
                "server.outboxBytesMax", "16384",
                "server.sendBufferBytes", "16384",
                "run.mergeMs", "0",
                "run.mergeDeltasMax", "1");
        try (TestServer server = TestServer.start(database, settings);
                TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String token = server.token("ada");
            String session = tab.create();
            String start = tab.attachLive(session).getString("epoch") + ":0";
            other.attachLive(session);
            List<SseReader> streams = new ArrayList<>();
            for (int i = 0; i < 30; i++)
                streams.add(SseReader.open(server.port(), token, session, start).awaitLive());
            SseReader slow =
                    SseReader.open(server.port(), token, session, start, 4_096).awaitLive();

            // When one reads nothing until everything was streamed, and the others read continuously
            String run = tab.send(session, "/stream 5000 0").getString("run");
            tab.awaitEnd(session, run);
            long head = tab.view(session).cursor;
            streams.forEach(stream -> stream.awaitCursor(head));
            slow.awaitCursor(head);

            LogOracle log = LogOracle.of(database, session);
            for (SseReader stream : streams) {
                log.assertIs(stream.events, 0, head);
                stream.cut();
            }
            log.assertIs(slow.events, 0, head);
            log.assertIs(tab.events(session), 0, head);
            assertThat(slow.events).hasSizeLessThan((int) head / 2);
            slow.cut();
            await().atMost(TestServer.PATIENCE)
                    .untilAsserted(() -> assertThat(server.held().sockets()).isEqualTo(2));
        }
    }

    @Test
    void a_stream_resumes_after_a_restart_where_it_was() {
        DatabaseUri database = TestDatabase.fresh();
        // So that the active run ends with the process, and the log with it.
        Map<String, String> settings = Map.of("checkpoints.store", "memory");
        SseReader stream;
        String session;
        String token;
        try (TestServer server = TestServer.start(database, settings)) {
            token = server.token("ada");
            try (TestClient tab = server.client("ada")) {
                session = tab.create();
                String start = tab.attachLive(session).getString("epoch") + ":0";
                stream = SseReader.open(server.port(), token, session, start).awaitLive();
                tab.send(session, "/stream 100000 200");
                stream.awaitCursor(10);
            }
        }
        stream.await("goaway");
        assertThat(stream.next()).isNull();

        try (TestServer server = TestServer.start(database, settings);
                SseReader again = stream.again(server.port(), token, session)) {
            assertThat(again.next().data().getString("mode")).isEqualTo("replay");
            again.awaitLive();

            LogOracle log = LogOracle.of(database, session);
            assertThat(again.cursor).isEqualTo(log.head());
            log.assertIs(again.events, 0, log.head());
        }
        stream.cut();
    }
}
