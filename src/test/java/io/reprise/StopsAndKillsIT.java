package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.AguiVerifier;
import io.reprise.testing.CountingServer;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that are stopped gracefully, once or twice, early or late, killed, or killed while they stop, on one
 * database. Runs
 * continue through all of it; {@code -Dreprise.stops.lives=50} sets how many servers there are.
 */
class StopsAndKillsIT {
    private static final int LIVES = Integer.getInteger("reprise.stops.lives", Rounds.of(5, 8));
    private static final int RUNS_PER_LIFE = 4;
    private static final int ROUNDS_MAX = 12;
    private static final int RESTARTS_MAX = 10;
    private static final Duration PATIENCE = Patience.LIMIT;

    private enum End {
        STOPPED,
        STOPPED_TWICE,
        STOPPED_AS_SOON_AS_READY,
        KILLED_WHILE_IT_STOPS,
        KILLED
    }

    @TempDir
    Path dataDir;

    @TempDir
    Path countDir;

    private final Random random = Seed.random("StopsAndKillsIT");
    private final DatabaseUri database = TestDatabase.fresh();
    /** By the counter of each run, the number of its rounds. */
    private final Map<String, Integer> rounds = new HashMap<>();
    /** The commands that were accepted, and the sessions that accepted them. */
    private final Map<String, String> accepted = new LinkedHashMap<>();
    /** What the last server left, and whether it ended by itself. */
    private Map<String, StoredLog> left = Map.of();

    private boolean clean = true;
    private ServerProcess server;

    @AfterEach
    void stop_everything() {
        if (server != null) server.close();
    }

    @Test
    void runs_survive_stops_and_kills_and_nothing_is_lost_or_done_twice() {
        Map<End, Integer> ends = new HashMap<>();
        for (int life = 0; life < LIVES; life++) {
            // Each kind occurs at least once, the others at random.
            End end = End.values()[life < End.values().length ? life : random.nextInt(End.values().length)];
            ends.merge(end, 1, Integer::sum);
            System.out.println("StopsAndKillsIT life " + life + ": " + end);
            start();
            TestClient tab = end == End.STOPPED_AS_SOON_AS_READY ? null : live();
            end(end);
            lookAtWhatIsLeft(tab);
        }
        start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(StoredLog.unfinished(database)).isEmpty());
        List<StoredLog> logs = StoredLog.sessions(database).stream()
                .map(session -> StoredLog.of(database, session).assertWhole())
                .toList();
        assertNothingTwice();
        accepted.forEach(
                (command, session) -> assertThat(StoredLog.of(database, session).messagesOf(command))
                        .as("the message of %s in %s", command, session)
                        .isEqualTo(1));
        assertAllWell(logs, ends);
        AguiVerifier.assertValid(
                logs.stream().flatMap(log -> log.eventsOfRuns().stream()).toList());
    }

    // --- a life

    private void start() {
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", database.reveal());
        settings.put("log.flushMs", random.nextBoolean() ? "0" : "500");
        settings.put("run.restartsMax", "" + RESTARTS_MAX);
        settings.put("shutdown.drainMs", "" + new int[] {0, 50, 400}[random.nextInt(3)]);
        server = ServerProcess.startOn(
                dataDir, settings, CountingServer.class, counted().toString());
    }

    /** Starts runs and returns at any moment of theirs. One is read by a tab. */
    private TestClient live() {
        TestClient tab = server.client("ada");
        int before = lines().size();
        int total = 0;
        for (int i = 0; i < RUNS_PER_LIFE; i++) total += begin(tab);
        String watched = tab.create();
        tab.attachLive(watched);
        say(tab, watched, "/stream 150 30");
        if (random.nextBoolean()) say(tab, watched, "/echo behind it");
        int endsAt = before + random.nextInt(total);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1 + random.nextInt(4)))
                .until(() -> lines().size() >= endsAt);
        return tab;
    }

    /** The number of rounds it makes. */
    private int begin(TestClient tab) {
        String what = "n" + rounds.size();
        int many = 1 + random.nextInt(ROUNDS_MAX);
        rounds.put(what, many);
        say(tab, tab.create(), "/steps " + many + " count {\"of\":\"" + what + "\"}");
        return many;
    }

    private void say(TestClient tab, String session, String text) {
        String id = UUID.randomUUID().toString();
        JsonObject answer =
                tab.ask("send", id, new JsonObject().put("session", session).put("text", text));
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("result");
        accepted.put(id, session);
    }

    private void end(End how) {
        switch (how) {
            case STOPPED, STOPPED_AS_SOON_AS_READY -> server.signal("TERM");
            case STOPPED_TWICE -> {
                server.signal("TERM");
                server.signal("TERM");
            }
            case KILLED_WHILE_IT_STOPS -> {
                server.signal("TERM");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(500)));
                server.kill();
            }
            case KILLED -> server.kill();
        }
        server.awaitExit();
    }

    // --- what must hold

    private void lookAtWhatIsLeft(TestClient tab) {
        boolean cleanBefore = clean;
        clean = !server.logged("stopped").isEmpty();
        Map<String, StoredLog> now = new LinkedHashMap<>();
        StoredLog.sessions(database)
                .forEach(session ->
                        now.put(session, StoredLog.of(database, session).assertWhole()));
        left.forEach((session, before) -> {
            if (!cleanBefore) return;
            assertThat(now.get(session).epoch())
                    .as("a stop in order keeps the epoch")
                    .isEqualTo(before.epoch());
        });
        left = now;
        if (tab == null) return;
        tab.awaitClose();
        now.forEach((session, log) -> {
            if (tab.view(session).cursor < 0) return;
            log.assertShownTo(tab, clean ? Long.MAX_VALUE : log.head());
            if (clean) assertThat(log.head()).isGreaterThanOrEqualTo(tab.view(session).cursor);
        });
        tab.close();
    }

    private void assertNothingTwice() {
        Map<String, Integer> made = new HashMap<>();
        Set<String> calls = new HashSet<>();
        for (String line : lines()) {
            String[] words = line.split(" ");
            made.merge(words[0], 1, Integer::sum);
            assertThat(calls.add(words[1]))
                    .as("the call %s was made once", line)
                    .isTrue();
        }
        made.forEach((what, times) -> assertThat(times)
                .as("calls of %s, each of a round of its run", what)
                .isLessThanOrEqualTo(rounds.get(what)));
    }

    private static void assertAllWell(List<StoredLog> logs, Map<End, Integer> ends) {
        List<Integer> restarts = new ArrayList<>();
        for (StoredLog log : logs) {
            for (StoredLog.StoredRun run : log.runs()) {
                assertThat(run.outcome()).as("%s", run).isEqualTo("success");
                restarts.add(log.restarts(run.id()).size());
            }
        }
        System.out.println("StopsAndKillsIT: " + ends + "; " + restarts.size() + " runs, "
                + restarts.stream().filter(times -> times > 0).count() + " of them restarted, "
                + restarts.stream().mapToInt(Integer::intValue).max().orElse(0) + " times at most");
        assertThat(restarts).anyMatch(times -> times > 0);
    }

    private Path counted() {
        return countDir.resolve("counted");
    }

    private List<String> lines() {
        try {
            return Files.exists(counted()) ? Files.readAllLines(counted()) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
