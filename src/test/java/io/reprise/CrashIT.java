package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed with {@code kill -9} repeatedly on the same data folder. Each life is examined twice: in the
 * database while no server runs, and through the next server, which may or may not resume runs.
 */
class CrashIT {
    private static final int ROUNDS = Integer.getInteger("reprise.crash.rounds", Rounds.of(5, 9));
    private static final long SEED = Long.getLong("reprise.crash.seed", new Random().nextLong());
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final String USER = "ada";

    /** What happens when the server is killed, and how many of its events to wait for. */
    private enum Scene {
        STREAM("/stream 2000 250", 150),
        FAST_STREAM("/stream 400000 0", 400),
        THOUGHTS("/think 300000", 400),
        SILENCE("/hang", 5),
        TOOL("/tool sleep {\"seconds\":600}", 8),
        STEPS("/steps 24", 60);

        final String message;
        final int eventsMax;

        Scene(String message, int eventsMax) {
            this.message = message;
            this.eventsMax = eventsMax;
        }
    }

    /**
     * The plan for one life of the server.
     *
     * @param goesOn whether orphaned runs of the previous life resume
     * @param events how many more events the tab sees before the kill
     */
    private record Plan(
            boolean goesOn, boolean exact, Scene scene, int events, boolean attachAtOnce, boolean powerFailure) {
        static Plan of(int round, Random random) {
            // The most important kinds are always included: text that was stored or not, of runs that resume or end.
            if (round < 4) return new Plan(round >= 2, round % 2 == 1, Scene.STREAM, 60, false, false);
            Scene scene = Scene.values()[random.nextInt(Scene.values().length)];
            return new Plan(
                    random.nextInt(3) > 0,
                    random.nextBoolean(),
                    scene,
                    random.nextInt(scene.eventsMax + 1),
                    random.nextBoolean(),
                    random.nextInt(3) == 0);
        }
    }

    private final Random random = new Random(SEED);
    /** Every command that was sent, by its id. */
    private final Map<String, JsonObject> commands = new LinkedHashMap<>();
    /** The results that the client got before the kill. */
    private final Map<String, JsonObject> results = new LinkedHashMap<>();
    /** What was stored when the last server was dead, by session. */
    private final Map<String, StoredLog> left = new LinkedHashMap<>();
    /** The ids of the commands that were decided by then. */
    private Set<String> claimed = Set.of();

    @TempDir
    Path dataDir;

    private OwnDatabase database;
    private ServerProcess server;
    private TestClient tab;
    private TestClient tabBefore;
    private String watched;

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
    void kills_at_random_moments_lose_nothing_accepted_and_readers_see_a_consistent_log() {
        System.out.println("CrashIT seed " + SEED + " (-Dreprise.crash.seed=" + SEED + ")");
        for (int round = 0; round < ROUNDS; round++) {
            Plan plan = Plan.of(round, random);
            System.out.println("CrashIT round " + round + ": " + plan);
            start(plan);
            recovered(plan);
            commandsAreRepeated();
            live(plan);
            kill();
            lookAtWhatIsLeft(plan);
        }
        Plan last = Plan.of(ROUNDS, random);
        start(last);
        recovered(last);
        commandsAreRepeated();
    }

    // --- a life

    private void start(Plan plan) {
        Optional<ProcessHandle> orphan = database.process();
        server = ServerProcess.startOn(
                dataDir,
                Map.of(
                        "log.flushMs", plan.exact() ? "0" : "500",
                        "run.restartsMax", plan.goesOn() ? "2" : "0"));
        orphan.ifPresent(postgres -> {
            assertThat(server.logged("reusing PostgreSQL of a killed server")).hasSize(1);
            assertThat(database.process()).contains(postgres);
        });
    }

    private void live(Plan plan) {
        if (watched == null) {
            watched = tab.create();
            tab.attachLive(watched);
        }
        String unwatched = tab.create();
        ask("send", send(unwatched, "/stream 2000 100"));
        ask("send", send(unwatched, "/echo the queue goes on"));
        long before = tab.view(watched).cursor;
        say("send", send(watched, plan.scene().message));
        if (random.nextBoolean()) say("send", send(watched, "/echo next"));
        if (random.nextBoolean()) say("send", send(watched, "/echo on its way").put("onBusy", "steer"));
        if (random.nextInt(4) == 0) say("stop", new JsonObject().put("session", watched));
        tab.awaitThat("events", () -> tab.view(watched).cursor >= before + plan.events() || isOver(before));
        say("create", new JsonObject().put("title", "at the last moment"));
        say("send", send(unwatched, "/echo at the last moment"));
    }

    /** A stop, or a scene that was shorter than planned. */
    private boolean isOver(long before) {
        return tab.view(watched).events.stream()
                .filter(e -> e.getLong("seq") > before)
                .anyMatch(e -> TestClient.type(e).startsWith("RUN_")
                        && !TestClient.type(e).equals("RUN_STARTED"));
    }

    private void kill() {
        server.kill();
        tab.awaitClose();
        for (JsonObject frame : tab.frames()) {
            if (commands.containsKey(frame.getString("id"))) results.put(frame.getString("id"), frame);
        }
        tabBefore = tab;
    }

    private static JsonObject send(String session, String text) {
        return new JsonObject().put("session", session).put("text", text);
    }

    private void ask(String type, JsonObject fields) {
        String id = say(type, fields);
        tab.await("result", frame -> id.equals(frame.getString("id")));
    }

    private String say(String type, JsonObject fields) {
        String id = UUID.randomUUID().toString();
        JsonObject command = fields.copy().put("type", type).put("id", id);
        commands.put(id, command);
        tab.say(command);
        return id;
    }

    // --- between two lives

    private void lookAtWhatIsLeft(Plan plan) {
        database.awaitQuiet();
        left.clear();
        claimed = StoredLog.claims(database.uri());
        for (String session : StoredLog.sessions(database.uri())) {
            left.put(session, StoredLog.of(database.uri(), session).assertWhole());
        }
        assertThat(claimed).as("what was answered is stored").containsAll(results.keySet());
        results.forEach((id, result) -> assertIsStored(commands.get(id), result));
        long seen = tabBefore.view(watched).cursor;
        StoredLog log = left.get(watched);
        if (plan.exact() || openRun(watched) == null) {
            assertThat(log.head()).as("nothing announced is lost").isGreaterThanOrEqualTo(seen);
        }
        log.assertShownTo(tabBefore, log.head());
        if (plan.powerFailure()) database.kill();
    }

    /** The user's message of an accepted command is in the log, or in the queue. */
    private void assertIsStored(JsonObject command, JsonObject result) {
        assertThat(result.getString("type")).as(result.encode()).isEqualTo("result");
        String type = command.getString("type");
        if (type.equals("create")) assertThat(left).containsKey(result.getString("session"));
        if (!type.equals("send")) return;
        assertThat(left.get(command.getString("session")).messagesOf(command.getString("id")))
                .as("the message of %s", command)
                .isEqualTo(1);
    }

    private StoredLog.StoredRun openRun(String session) {
        return left.get(session).runs().stream()
                .filter(run -> run.outcome() == null)
                .findFirst()
                .orElse(null);
    }

    // --- in the next life

    private void recovered(Plan plan) {
        tab = server.client(USER);
        if (watched == null) return;
        if (plan.attachAtOnce()) assertVerdictIsHonest();
        // Nobody attaches: orphaned runs are recovered and the queue continues nevertheless.
        if (plan.goesOn()) left.keySet().forEach(this::stopWhatGoesOn);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(StoredLog.unfinished(database.uri())).isEmpty());
        left.keySet().forEach(session -> assertSettled(session, plan));
        if (!plan.attachAtOnce()) assertVerdictIsHonest();
        StoredLog.of(database.uri(), watched).assertShownTo(tab, Long.MAX_VALUE);
    }

    /** Some would continue forever. */
    private void stopWhatGoesOn(String session) {
        StoredLog.StoredRun orphan = openRun(session);
        if (orphan == null || orphan.resumeSeq() == null) return;
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(StoredLog.of(database.uri(), session).restarts(orphan.id()))
                                .hasSize(1));
        tab.ask("stop", new JsonObject().put("session", session).put("run", orphan.id()));
    }

    private void assertSettled(String session, Plan plan) {
        StoredLog now = StoredLog.of(database.uri(), session).assertWhole();
        StoredLog.StoredRun orphan = openRun(session);
        now.assertContinues(left.get(session));
        assertThat(now.queue()).isEqualTo("[]");
        boolean mayHaveLost = orphan != null && !orphan.exact();
        assertThat(now.epoch().equals(left.get(session).epoch()))
                .as("same epoch of %s", session)
                .isEqualTo(!mayHaveLost);
        if (orphan == null) return;
        if (plan.goesOn() && orphan.resumeSeq() != null) assertWentOn(now, orphan);
        else assertInterrupted(now, orphan);
    }

    /** From its stored part, and then to its end or until it was stopped. */
    private void assertWentOn(StoredLog now, StoredLog.StoredRun orphan) {
        assertThat(now.restarts(orphan.id())).singleElement().satisfies(restart -> {
            assertThat(restart.getInteger("attempt")).isEqualTo(2);
            assertThat(restart.getLong("toSeq"))
                    .isEqualTo(now.goesOnAt(orphan))
                    .isBetween(orphan.firstSeq(), now.head());
        });
        assertThat(now.run(orphan.id()).outcome()).isIn("success", "cancelled");
        assertThat(now.run(orphan.id()).firstSeq()).isEqualTo(orphan.firstSeq());
    }

    private void assertInterrupted(StoredLog now, StoredLog.StoredRun orphan) {
        assertThat(now.restarts(orphan.id())).isEmpty();
        assertThat(now.run(orphan.id()).outcome()).isEqualTo("error");
        assertThat(now.end(orphan.id()).getString("type")).isEqualTo("RUN_ERROR");
        assertThat(now.end(orphan.id()).getString("code")).isEqualTo("interrupted");
    }

    private void assertVerdictIsHonest() {
        StoredLog.StoredRun orphan = openRun(watched);
        boolean mayHaveLost = orphan != null && !orphan.exact();
        tab.adopt(tabBefore, watched);

        JsonObject verdict = tab.attachLive(watched);

        assertThat(verdict.getString("mode")).as(verdict.encode()).isEqualTo(mayHaveLost ? "reset" : "replay");
        assertThat(verdict.getString("reason")).isEqualTo(mayHaveLost ? "epoch" : null);
        assertThat(verdict.getBoolean("recovered")).isEqualTo(!mayHaveLost);
        assertThat(verdict.getLong("head"))
                .isGreaterThanOrEqualTo(left.get(watched).head());
    }

    private void commandsAreRepeated() {
        for (JsonObject command : List.copyOf(commands.values())) {
            String id = command.getString("id");

            JsonObject again = tab.ask(command.getString("type"), id, command);

            assertThat(again.getString("type")).as(again.encode()).isEqualTo("result");
            assertThat(again.getBoolean("duplicate", false))
                    .as("%s was committed: %s", command, again)
                    .isEqualTo(claimed.contains(id));
            if (results.containsKey(id)) {
                assertThat(again).isEqualTo(results.get(id).copy().put("duplicate", true));
            }
        }
        onceEach();
        commands.clear();
        results.clear();
        if (watched != null)
            tab.ask("stop", new JsonObject().put("session", watched).put("scope", "all"));
    }

    private void onceEach() {
        List<JsonObject> sends = new ArrayList<>(commands.values());
        sends.removeIf(command -> !command.getString("type").equals("send"));
        for (JsonObject send : sends) {
            StoredLog log = StoredLog.of(database.uri(), send.getString("session"));
            assertThat(log.messagesOf(send.getString("id"))).as("%s", send).isEqualTo(1);
        }
    }
}
