package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.AguiVerifier;
import io.reprise.testing.CountingServer;
import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestRedis;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs of many steps are killed with {@code kill -9} at any point, and resume. In each life of the server several
 * runs are started, so that one kill hits as many points; {@code -Dreprise.continue.points=200} sets how many there
 * are.
 */
class RunsContinueIT {
    private static final int POINTS = Integer.getInteger("reprise.continue.points", Rounds.of(16, 48));
    private static final int RUNS_PER_LIFE = 8;
    private static final int ROUNDS_MAX = 9;
    private static final int RESTARTS_MAX = 2;
    private static final Duration PATIENCE = Patience.LIMIT;

    @TempDir
    Path dataDir;

    @TempDir
    Path countDir;

    @TempDir
    Path redisDir;

    private Map<String, String> checkpoints = Map.of();
    private final Random random = Seed.random("RunsContinueIT");
    /** The sessions by the counter of their runs, and the number of rounds of each. */
    private final Map<String, String> sessions = new LinkedHashMap<>();

    private final Map<String, Integer> rounds = new HashMap<>();
    /** The commands that were accepted, and the sessions that accepted them. */
    private final Map<String, String> accepted = new LinkedHashMap<>();

    /** Whether a kill has hit a run that can resume; all may have ended by then. */
    private boolean killed;

    private OwnDatabase database;
    private ServerProcess server;

    @BeforeEach
    void prepare_the_data_folder() {
        database = OwnDatabase.prepared(dataDir);
    }

    @AfterEach
    void stop_everything() {
        if (server != null) server.close();
        database.close();
    }

    @Test
    void runs_killed_at_any_point_continue_and_do_nothing_twice() {
        assertGoOn(POINTS);
    }

    @Test
    void runs_killed_at_any_point_continue_from_checkpoints_in_redis() {
        try (TestRedis redis = new TestRedis(redisDir)) {
            checkpoints = Map.of("checkpoints.store", "redis", "redis.url", redis.url());
            assertGoOn(POINTS / 2);
        }
    }

    private void assertGoOn(int pointsMax) {
        for (int points = 0; points < pointsMax; points += RUNS_PER_LIFE) {
            start();
            live();
            server.kill();
            database.awaitQuiet();
            for (String session : StoredLog.sessions(database.uri())) {
                killed |= StoredLog.of(database.uri(), session).assertWhole().runs().stream()
                        .anyMatch(run -> run.outcome() == null && run.resumeSeq() != null);
            }
        }
        start();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(StoredLog.unfinished(database.uri())).isEmpty());
        List<StoredLog> logs = sessions.values().stream()
                .map(session -> StoredLog.of(database.uri(), session).assertWhole())
                .toList();
        assertNothingTwice();
        assertNothingLost();
        assertRestarts(logs);
        AguiVerifier.assertValid(
                logs.stream().flatMap(log -> log.eventsOfRuns().stream()).toList());
    }

    private void start() {
        Map<String, String> settings = new HashMap<>(checkpoints);
        settings.put("log.flushMs", random.nextBoolean() ? "0" : "500");
        settings.put("run.restartsMax", "" + RESTARTS_MAX);
        server = ServerProcess.startOn(
                dataDir, settings, CountingServer.class, counted().toString());
    }

    /** Starts runs, some with queued or steering messages, and returns at any moment of theirs. */
    private void live() {
        try (TestClient tab = server.client("ada")) {
            int before = lines().size();
            int total = 0;
            for (int i = 0; i < RUNS_PER_LIFE; i++) total += begin(tab);
            int diesAt = before + random.nextInt(total);
            int over = before + total;
            // Earlier runs may be active too, so there may be more lines than those of these runs.
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1 + random.nextInt(4)))
                    .until(() -> lines().size() >= Math.min(diesAt, over));
        }
    }

    /** The number of rounds it makes. */
    private int begin(TestClient tab) {
        String session = tab.create();
        String what = "n" + sessions.size();
        int many = 1 + random.nextInt(ROUNDS_MAX);
        sessions.put(what, session);
        rounds.put(what, many);
        say(tab, session, "/steps " + many + " count {\"of\":\"" + what + "\"}", "queue");
        if (random.nextInt(3) == 0) say(tab, session, "/echo behind it", "queue");
        return many;
    }

    private void say(TestClient tab, String session, String text, String onBusy) {
        String id = UUID.randomUUID().toString();
        JsonObject answer = tab.ask(
                "send",
                id,
                new JsonObject().put("session", session).put("text", text).put("onBusy", onBusy));
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("result");
        accepted.put(id, session);
    }

    // --- what must hold

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

    private void assertNothingLost() {
        accepted.forEach((command, session) -> assertThat(
                        StoredLog.of(database.uri(), session).messagesOf(command))
                .as("the message of %s in %s", command, session)
                .isEqualTo(1));
    }

    private void assertRestarts(List<StoredLog> logs) {
        List<Long> restarts = new ArrayList<>();
        List<String> outcomes = new ArrayList<>();
        for (StoredLog log : logs) {
            for (StoredLog.StoredRun run : log.runs()) {
                restarts.add((long) log.restarts(run.id()).size());
                outcomes.add(run.outcome());
                if (run.outcome().equals("success")) continue;
                assertThat(run.code()).as("%s", run).isEqualTo("interrupted");
                assertThat(log.restarts(run.id())).as("%s had its chances", run).hasSize(RESTARTS_MAX);
            }
        }
        System.out.println("RunsContinueIT: " + outcomes.size() + " runs, "
                + restarts.stream().filter(times -> times > 0).count() + " of them restarted, "
                + outcomes.stream().filter("error"::equals).count() + " given up");
        assertThat(restarts).allMatch(times -> times <= RESTARTS_MAX);
        if (killed) assertThat(restarts).anyMatch(times -> times > 0);
        assertThat(outcomes).contains("success");
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
