package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Administration;
import io.reprise.testing.Patience;
import io.reprise.testing.Rows;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Maintenance jobs of whole servers, which an administrator runs and which survive the death of a server. */
class JobsIT {
    private final DatabaseUri database = TestDatabase.fresh();
    private final Map<String, String> settings =
            new HashMap<>(Map.of("database.url", database.reveal(), "jobs.pollMs", "100", "interrupts.tools", "sleep"));
    private final Rows rows = new Rows(database);
    private ServerProcess server;

    @AfterEach
    void stop() {
        if (server != null) server.close();
    }

    @Test
    void the_document_and_the_page_name_every_job() throws IOException {
        server = ServerProcess.start(settings);
        String document = Files.readString(Path.of("webroot", "docs", "jobs.md"));
        String page = Files.readString(Path.of("webroot", "js", "components", "pages", "jobs-page.js"));

        JsonArray jobs =
                new JsonObject(server.call("GET", "/api/v1/jobs", admin(), null).body()).getJsonArray("jobs");

        assertThat(jobs).hasSizeGreaterThan(10);
        for (int i = 0; i < jobs.size(); i++) {
            String name = jobs.getJsonObject(i).getString("name");
            assertThat(document).contains("| `" + name + "` |");
            assertThat(page).containsPattern("'?" + name + "'?: '");
        }
    }

    @Test
    void each_job_deletes_what_is_old_and_nothing_else() throws SQLException {
        server = ServerProcess.start(settings);
        String session = asked();
        String young = rows.text("SELECT count(*) FROM claim");
        rows.execute("""
                INSERT INTO claim (user_id, session_id, id, hash, result, at)
                SELECT 'ada', 's_old', 'c' || n, 'h', '{}', now() - interval '25 hours' FROM generate_series(1, 450) AS n;
                INSERT INTO audit (user_id, action, at) VALUES ('ada', 'old', now() - interval '366 days'),
                    ('ada', 'young', now() - interval '364 days');
                INSERT INTO job_run (job, lease, node, cause, part, started_at, ended_at, outcome)
                VALUES ('claim-cleanup', 0, 'n', 'schedule', 'all', now() - interval '31 days', now(), 'success')""");

        JsonObject claims = administration().run("claim-cleanup", "{}");
        JsonObject audit = administration().run("audit-retention", "{}");
        JsonObject history = administration().run("job-history-retention", "{}");

        assertThat(claims.getInteger("deletedCount")).isEqualTo(450);
        assertThat(claims.getInteger("retentionDays")).isEqualTo(1);
        assertThat(claims.getBoolean("success")).isTrue();
        assertThat(rows.text("SELECT count(*) FROM claim")).isEqualTo(young);
        assertThat(audit.getInteger("deletedCount")).isEqualTo(1);
        assertThat(rows.text("SELECT count(*) FROM audit WHERE action IN ('old', 'young')"))
                .isEqualTo("1");
        assertThat(history.getInteger("deletedCount")).isEqualTo(1);
        assertThat(rows.text("SELECT count(*) FROM session WHERE id = '" + session + "'"))
                .isEqualTo("1");
    }

    /** Memory pressure does not affect checkpoints of open interrupts either. */
    @Test
    void a_waiting_run_resumes_after_a_cleanup_under_pressure() throws SQLException {
        settings.put("checkpoints.pressureMb", "1");
        settings.put("checkpoints.pressureRetentionDays", "0");
        server = ServerProcess.start(settings);
        String waiting = asked();
        String over = asked();
        JsonObject stopped = new JsonObject(
                server.call("POST", "/api/v1/sessions/" + over + "/answer", server.token("ada"), rows.approval(over))
                        .body());
        assertThat(stopped.getString("run")).isNotNull();
        await().atMost(Patience.LIMIT)
                .until(() -> rows.text("SELECT count(*) FROM run WHERE outcome IS NULL")
                        .equals("0"));
        // The last checkpoint of a run may be saved after its end.
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            rows.execute("UPDATE checkpoint SET at = at - interval '2 hours', bytes = 1000000");
            String before = rows.text("SELECT count(*) FROM checkpoint");

            JsonObject result = administration().run("checkpoint-cleanup", "{}");

            assertThat(result.getInteger("retentionDays")).isZero();
            assertThat(result.getInteger("processedCount")).hasToString(before);
            assertThat(rows.text("SELECT count(*) FROM checkpoint WHERE session_id = '" + over + "'"))
                    .isEqualTo("0");
        });
        String run = new JsonObject(server.call(
                                "POST",
                                "/api/v1/sessions/" + waiting + "/answer",
                                server.token("ada"),
                                rows.approval(waiting))
                        .body())
                .getString("run");
        await().atMost(Patience.LIMIT)
                .until(() -> "success".equals(rows.text("SELECT outcome FROM run WHERE id = '" + run + "'")));
    }

    @Test
    void a_killed_server_leaves_its_job_to_the_next_one() throws SQLException {
        settings.put("jobs.leaseMs", "600000");
        settings.put("database.timeoutMs", "60000");
        server = ServerProcess.start(settings);
        rows.execute("""
                INSERT INTO claim (user_id, session_id, id, hash, result, at)
                VALUES ('ada', 's_old', 'c', 'h', '{}', now() - interval '25 hours')""");
        try (Connection blocking = TestDatabase.connect(database)) {
            blocking.setAutoCommit(false);
            try (Statement statement = blocking.createStatement()) {
                statement.execute("LOCK TABLE claim IN ACCESS EXCLUSIVE MODE");
            }
            administration().order("claim-cleanup", "{}");
            await().atMost(Patience.LIMIT)
                    .until(() -> rows.text("SELECT count(*) FROM job_run WHERE ended_at IS NULL")
                            .equals("1"));
            server.kill();
            endStatements();
        }
        server = ServerProcess.start(settings);
        assertThat(rows.text("SELECT until > now() FROM lease WHERE name = 'job.claim-cleanup'"))
                .isEqualTo("t");

        rows.execute("UPDATE lease SET until = until - interval '600 s'");

        await().atMost(Patience.LIMIT)
                .until(() -> rows.text("SELECT count(*) FROM claim WHERE session_id = 's_old'")
                        .equals("0"));
        await().atMost(Patience.LIMIT)
                .until(() -> rows.text(
                                "SELECT string_agg(outcome, ' ' ORDER BY id) FROM job_run WHERE job = 'claim-cleanup'")
                        .equals("interrupted success"));
    }

    @Test
    void only_administrators_see_and_run_jobs() {
        server = ServerProcess.start(settings);

        List<Integer> statuses = List.of(
                status("GET", "/api/v1/jobs", null),
                status("GET", "/api/v1/job-runs", null),
                status("POST", "/api/v1/jobs/claim-cleanup/run", "{}"),
                status("POST", "/api/v1/jobs/claim-cleanup/stop", null),
                status("PATCH", "/api/v1/jobs/claim-cleanup", "{\"paused\":true}"));

        assertThat(statuses).containsOnly(403);
    }

    private int status(String method, String path, String body) {
        return server.call(method, path, server.token("ada"), body).statusCode();
    }

    private String asked() {
        try (TestClient tab = server.client("ada")) {
            return tab.asked();
        }
    }

    private Administration administration() {
        return new Administration(server::call, admin());
    }

    private String admin() {
        return server.token("root", "admin");
    }

    private void endStatements() throws SQLException {
        rows.execute("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'DELETE FROM claim%'""");
    }
}
