package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.reprise.message.NodeMessage;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Frames and requests that nearly fit, in random order from many clients at once: the server stays healthy, says nothing with a
 * stack trace, and its memory is where it was.
 */
@Timeout(1_500)
class FuzzIT {
    private static final int CLIENTS = 8;
    private static final int FRAMES = Rounds.of(90_000, 900_000);
    private static final int REQUESTS = Rounds.of(10_000, 100_000);

    /** What is loaded and cached once is measured after this part of them. */
    private static final double FIRST_PART = 0.2;

    private static final long GROWTH_BYTES_MAX = 32L << 20;

    @TempDir
    private Path folder;

    private final List<String> traces = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            boolean slowMachine = event.getLoggerName().endsWith("BlockedThreadChecker");
            if (event.getThrowableProxy() != null && !slowMachine) {
                traces.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " " + event.getKeyValuePairs()
                        + " " + event.getThrowableProxy().getClassName() + " "
                        + event.getThrowableProxy().getMessage());
            }
        }
    };
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void unlisten() {
        root.detachAppender(appender);
    }

    @Test
    void frames_and_requests_that_nearly_fit_harm_nothing() throws Exception {
        Random random = Seed.random("FuzzIT");
        Map<String, String> settings = Map.of(
                "limits.userCommandsPerMinute", "0",
                "limits.userCreatesPerMinute", "0",
                "limits.socketFramesPerMinute", "0",
                "sessions.bufferMs", "200",
                "sessions.snapshotKeepMs", "1000",
                "recalls.perUserMax", "100");
        try (TestServer server = TestServer.startWithFile(withTool(), TestDatabase.fresh(), settings)) {
            // Given a server that has seen some
            storm(server, random, FIRST_PART);
            long before = usedAfterSettling(server);

            // When it sees more
            storm(server, random, 1 - FIRST_PART);

            // Then nothing is left of it, and people chat
            long grown = usedAfterSettling(server) - before;
            System.out.println("FuzzIT: " + FRAMES + " frames, " + REQUESTS + " requests; the heap grew by "
                    + (grown >> 10) + " KiB");
            assertThat(traces).isEmpty();
            assertThat(grown).isLessThan(GROWTH_BYTES_MAX);
            try (TestClient tab = server.client("somebody")) {
                String session = tab.create();
                tab.attachLive(session);
                tab.awaitEnd(session, tab.send(session, "/echo well").getString("run"));
            }
        }
    }

    /** With a tool that people can call, too; its address is one that tools may not go to. */
    private Path withTool() throws IOException {
        Files.createDirectories(folder.resolve("tools"));
        Files.writeString(folder.resolve("tools/look.yaml"), """
                description: Looks for a thing.
                arguments:
                  type: object
                  properties:
                    thing: {type: string, minLength: 1}
                    count: {type: integer, default: 2, maximum: 5}
                  required: [thing]
                request: {url: "https://127.0.0.1:9/{thing}", query: {count: "{count}"}}
                """);
        return Files.writeString(folder.resolve("reprise.yaml"), "");
    }

    private static void storm(TestServer server, Random random, double part) throws Exception {
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2 * CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                String user = "fuzz" + i % 3;
                Random own = new Random(random.nextLong());
                Random its = new Random(random.nextLong());
                clients.add(
                        threads.submit(() -> new FuzzSocket(server, user, own).say((int) (FRAMES * part / CLIENTS))));
                clients.add(threads.submit(
                        () -> new FuzzRequests(server, user, its).ask((int) (REQUESTS * part / CLIENTS))));
            }
            for (Future<?> client : clients) client.get();
        }
    }

    private static long usedAfterSettling(TestServer server) {
        await().atMost(TestServer.PATIENCE)
                .untilAsserted(() -> assertThat(server.held()).isEqualTo(NodeMessage.Held.NOTHING));
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
