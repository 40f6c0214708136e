package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.mcp.FakeMcp;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Listening;
import io.reprise.testing.Loopback;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes, each a process, on one database. The client is connected to the second one and reads a session that the
 * first one owns. {@link TestClient} fails if an event is missing or comes twice.
 */
class ClusterNodesIT {
    private static final String HALF = " " + TestDatabase.SHARDS / 2;

    private final DatabaseUri database = TestDatabase.fresh();
    private final List<String> hosts = List.of(Loopback.address(), Loopback.address());
    private ServerProcess first;
    private ServerProcess second;
    private TestClient tab;

    private static final int LEASE_MS = 10_000;
    private static final int LEASES_MAX = 6;

    /** Much longer than anything takes that need not wait for it. */
    private static final int LONG_LEASE_MS = 60_000;

    /** How old a lease can be when its node ends. */
    private static final int RENEW_MS = 3_000;

    private void start(int leaseMs) {
        first = node(hosts.get(0), leaseMs);
        second = node(hosts.get(1), leaseMs);
        first.port();
        second.port();
        await().atMost(Patience.LIMIT).until(() -> shares().equals(Set.of(name(first) + HALF, name(second) + HALF)));
        tab = second.client("ada");
    }

    @AfterEach
    void stop() {
        Stream.of(tab, first, second).filter(each -> each != null).forEach(ClusterNodesIT::close);
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does not wait until it is ready. */
    private ServerProcess node(String host, int leaseMs) {
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", database.reveal());
        settings.put("sessions.titles", "off");
        settings.put("outgoing.allow", "127.0.0.0/8");
        settings.put("shutdown.drainMs", "0");
        settings.put("database.timeoutMs", "60000"); // A busy machine starts slowly.
        settings.put("cluster.enabled", "true");
        settings.put("cluster.host", host);
        settings.put("cluster.leaseMs", Integer.toString(leaseMs));
        settings.put("cluster.renewMs", Integer.toString(RENEW_MS));
        settings.put("cluster.members", String.join(",", hosts));

        return ServerProcess.launch(settings);
    }

    private static String name(ServerProcess node) {
        return node.logged("ready").getFirst().getString("node");
    }

    /** The nodes with the number of their shards. */
    private Set<String> shares() {
        return StoredLog.strings(
                database, "SELECT node || ' ' || count(*) FROM shard WHERE until > now() GROUP BY node");
    }

    /** The value of the first row as text, or null. */
    private String sql(String statement) {
        try (var connection = TestDatabase.connect(database);
                var prepared = connection.createStatement()) {
            if (!prepared.execute(statement)) return null;
            var rows = prepared.getResultSet();
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the node tells administrators of the cluster. */
    private static JsonObject cluster(ServerProcess node) {
        String body = node.call("GET", "/api/v1/live", node.token("root", "admin"), null)
                .body();
        return new JsonObject(body).getJsonObject("cluster");
    }

    /** Another session of the client that this node owns. The client hears of the owners of shards in its own time. */
    private String sessionOf(ServerProcess owner) {
        String[] found = {null};
        await().atMost(Patience.LIMIT).until(() -> {
            JsonObject made = tab.ask("create", new JsonObject());
            if (!made.getString("type").equals("result")) return false;
            found[0] = made.getString("session");
            return StoredLog.strings(
                            database, "SELECT node FROM shard JOIN session USING (shard) WHERE id = '" + found[0] + "'")
                    .equals(Set.of(name(owner)));
        });
        return found[0];
    }

    private String say(String session, String text) {
        JsonObject[] sent = {null};
        await().atMost(Patience.LIMIT).until(() -> {
            sent[0] = tab.ask("send", new JsonObject().put("session", session).put("text", text));
            return sent[0].getString("type").equals("result");
        });
        return sent[0].getString("run");
    }

    private void awaitText(String session) {
        tab.awaitThat(
                "text",
                () -> tab.view(session).events.stream()
                        .anyMatch(event -> TestClient.type(event).equals("TEXT_MESSAGE_CONTENT")));
    }

    /** Its runs have ended, and the client has all of it. */
    private StoredLog awaitAll(String session) {
        await().atMost(Patience.LIMIT)
                .until(() -> !StoredLog.unfinished(database).contains(session));
        StoredLog log = StoredLog.of(database, session).assertWhole();
        tab.awaitThat("the end of the log", () -> tab.view(session).live && tab.view(session).cursor >= log.head());
        log.assertShownTo(tab, log.head());
        return log;
    }

    @Test
    void nodes_listen_as_configured_and_serve_the_sessions_of_each_other() {
        start(LEASE_MS);
        assertThat(Listening.of(first.pid()))
                .containsExactlyInAnyOrder(hosts.get(0) + ":5701", hosts.get(0) + ":5711", "127.0.0.1:" + first.port());
        assertBothForgetTools();
        assertEachTellsOfBoth();
        String session = sessionOf(first);
        tab.attachLive(session);

        String run = say(session, "/stream 40 200");

        tab.awaitEnd(session, run);
        awaitAll(session);
        try (TestClient other = first.client("ada")) {
            other.attachLive(session);
            assertThat(other.view(session).cursor).isEqualTo(tab.view(session).cursor);
        }
    }

    /** A node answers for itself, also when another one is asked. */
    private void assertEachTellsOfBoth() {
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            JsonObject ofFirst = cluster(first).getJsonObject("here");
            JsonObject ofSecond = cluster(second).getJsonObject("here");
            for (ServerProcess asked : List.of(first, second)) {
                JsonArray nodes = cluster(asked).getJsonArray("nodes");
                assertThat(nodes.stream().map(node -> ((JsonObject) node).remove("catalog")))
                        .as("both use the same entries")
                        .doesNotContainNull()
                        .containsOnly(Integer.valueOf(sql("SELECT number::text FROM catalog_state")));
                assertThat(nodes).containsExactlyInAnyOrder(shown(first, ofFirst), shown(second, ofSecond));
            }
        });
    }

    /** An administrator of one node clears what each of them knows of an MCP server. */
    private void assertBothForgetTools() {
        try (FakeMcp mcp = FakeMcp.start(true)) {
            String admin = first.token("root", "admin");
            String entry = "{\"name\":\"house\",\"settings\":{\"url\":\"" + mcp.url() + "\"}}";
            first.call("POST", "/api/v1/mcp-servers", admin, entry);
            for (ServerProcess node : List.of(first, second)) {
                await().atMost(Patience.LIMIT)
                        .until(() -> node.call("GET", "/api/v1/mcp-servers/house/tools", admin, null)
                                .body()
                                .contains("echo"));
            }

            String answer =
                    first.call("POST", "/api/v1/mcp/cache/clear", admin, "{}").body();

            assertThat(new JsonObject(answer).getInteger("cleared")).isEqualTo(1);
            for (ServerProcess node : List.of(first, second)) {
                await().atMost(Patience.LIMIT)
                        .until(() -> !new JsonObject(node.call("GET", "/api/v1/mcp/states", admin, null)
                                        .body())
                                .getJsonArray("servers")
                                .getJsonObject(0)
                                .containsKey("tools"));
            }
        }
    }

    /** Each has a version of its own, because its address is a setting, too. */
    private static JsonObject shown(ServerProcess node, JsonObject counts) {
        String version = new JsonObject(node.call("GET", "/api/v1/config", node.token("root", "admin"), null)
                        .body())
                .getString("version");
        return new JsonObject()
                .put("node", name(node))
                .put("shards", TestDatabase.SHARDS / 2)
                .put("settings", version)
                .put("counts", counts);
    }

    @Test
    void a_node_that_is_killed_in_the_middle_of_an_answer_is_replaced_when_its_leases_are_over() {
        start(LEASE_MS);
        String session = sessionOf(first);
        tab.attachLive(session);
        say(session, "/stream 100000 50");
        awaitText(session);

        first.kill();
        // Leases that are over or taken by now are left out: nothing can be said of them.
        sql("CREATE TABLE leased AS SELECT shard, number, until FROM shard WHERE node = '" + name(first)
                + "' AND until > clock_timestamp()");

        await().atMost(Patience.LIMIT).until(() -> shares().equals(Set.of(name(second) + " " + TestDatabase.SHARDS)));
        // When it was taken, by the clock that decides it: taken_at is the beginning of the transaction, which is
        // earlier.
        String taken = "SELECT count(*)::text FROM leased JOIN shard USING (shard) WHERE shard.number <= leased.number"
                + " OR shard.until - interval '" + LEASE_MS + " ms' < leased.until";
        assertThat(sql(taken))
                .as("shards that were taken before their leases were over")
                .isEqualTo("0");
        // A machine that is slow needs longer than a lease, but not for longer than several.
        assertThat(sql(
                        "SELECT count(*)::text FROM leased JOIN shard USING (shard) WHERE taken_at > leased.until + interval '"
                                + LEASES_MAX * LEASE_MS + " ms'"))
                .as("shards that nobody owned for long")
                .isEqualTo("0");
        JsonObject seen = cluster(second);
        assertThat(seen.getJsonArray("nodes")).hasSize(1);
        assertThat(seen.getJsonObject("here").getInteger("taken")).isGreaterThanOrEqualTo(TestDatabase.SHARDS);
        awaitAllAfterStop(session);
        String again = say(session, "/echo still here");
        tab.awaitEnd(session, again);
        awaitAll(session);
    }

    /** Symptom: the client got no answer, and a tab that was closed meanwhile had not stopped anything. */
    @Test
    void a_stop_that_nobody_was_there_to_take_ends_the_run_after_the_take_over() {
        start(LEASE_MS);
        String session = sessionOf(first);
        tab.attachLive(session);
        String run = say(session, "/stream 100000 50");
        awaitText(session);

        first.kill();
        JsonObject stopped = tab.ask("stop", new JsonObject().put("session", session));

        assertThat(stopped.getString("type")).as("%s", stopped).isEqualTo("result");
        StoredLog log = awaitAll(session);
        assertThat(stopped.getJsonArray("stopped")).containsExactly(run);
        assertThat(log.run(run).outcome()).isEqualTo("cancelled");
    }

    /** The run may have been resumed by the new owner; its answer is long. */
    private void awaitAllAfterStop(String session) {
        await().atMost(Patience.LIMIT).until(() -> {
            tab.ask("stop", new JsonObject().put("session", session));
            return !StoredLog.unfinished(database).contains(session);
        });
        awaitAll(session);
    }

    @Test
    void a_node_that_ends_hands_its_shards_over_at_once() {
        start(LONG_LEASE_MS);
        String session = sessionOf(first);
        tab.attachLive(session);
        tab.awaitEnd(session, say(session, "/echo before"));

        String before = sql("SELECT clock_timestamp()::text");
        first.signal("TERM");
        first.awaitExit();

        await().atMost(Patience.LIMIT).until(() -> shares().equals(Set.of(name(second) + " " + TestDatabase.SHARDS)));
        assertThat(second.logged("other nodes have taken shards of this node")).isEmpty();
        // A node that waited for the leases would have waited for longer, for they were renewed shortly before.
        assertThat(sql("SELECT max(taken_at) - '" + before + "' < interval '" + (LONG_LEASE_MS - 2 * RENEW_MS)
                        + " ms' FROM shard"))
                .isEqualTo("t");
        tab.awaitEnd(session, say(session, "/echo after"));
        awaitAll(session);
    }

    @Test
    void what_a_paused_node_writes_late_is_refused() {
        start(LEASE_MS);
        String session = sessionOf(first);
        tab.attachLive(session);
        say(session, "/stream 100000 50");
        awaitText(session);

        first.signal("STOP");
        await().atMost(Patience.LIMIT).until(() -> shares().equals(Set.of(name(second) + " " + TestDatabase.SHARDS)));
        awaitAllAfterStop(session);
        StoredLog before = StoredLog.of(database, session);
        first.signal("CONT");
        await().atMost(Patience.LIMIT)
                .until(() -> !first.logged("other nodes have taken shards of this node")
                        .isEmpty());

        assertThat(cluster(first).getJsonObject("here").getInteger("lost")).isPositive();
        String again = say(session, "/echo after all");
        tab.awaitEnd(session, again);
        StoredLog after = awaitAll(session);
        after.assertContinues(before);
    }
}
