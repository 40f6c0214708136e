package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.GatewayFixture;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What administrators read and request of jobs, and refusals. */
class JobRoutesIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private GatewayFixture server;

    @BeforeEach
    void start() {
        server = new GatewayFixture();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void jobs_are_shown_with_their_next_run_and_the_last_result() throws Exception {
        JsonObject body = new JsonObject(call("GET", "/jobs", null, "admin").body());

        JsonObject sweep = body.getJsonArray("jobs").getJsonObject(0);
        JsonObject dust = body.getJsonArray("jobs").getJsonObject(1);
        assertThat(sweep.getString("nextRunAt")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(sweep.getJsonObject("running").containsKey("outcome")).isFalse();
        assertThat(sweep.getJsonObject("lastRun")).isEqualTo(new JsonObject("""
                        {"id":2,"job":"sweep","node":"n_1","cause":"request","by":"ada","part":"all",
                         "startedAt":"2026-01-01T00:00:00Z","endedAt":"2026-01-01T00:00:00.250Z","outcome":"success",
                         "success":true,"processedCount":9,"deletedCount":4,"retentionDays":7,"durationMs":250}"""));
        assertThat(dust.getJsonObject("schedule").getInteger("everyMs")).isEqualTo(300_000);
        assertThat(dust.getBoolean("ownSchedule")).isTrue();
        assertThat(dust.containsKey("running")).isFalse();
    }

    @Test
    void the_history_comes_in_pages() throws Exception {
        JsonObject page = new JsonObject(
                call("GET", "/job-runs?job=sweep&limit=2", null, "admin").body());
        call("GET", "/job-runs?limit=2&cursor=" + page.getString("cursor"), null, "admin");

        assertThat(page.getJsonArray("runs")).hasSize(2);
        assertThat(page.getJsonArray("runs").getJsonObject(1).getBoolean("success"))
                .isFalse();
        assertThat(server.jobs.asked).containsExactly("runs sweep " + Long.MAX_VALUE + " 3", "runs null 2 3");
    }

    @Test
    void a_run_is_requested_and_stopped() throws Exception {
        assertThat(call("POST", "/jobs/sweep/run", "{\"user\":\"bob\",\"retentionDays\":3}", "admin")
                        .statusCode())
                .isEqualTo(202);
        assertThat(call("POST", "/jobs/dust/run", null, "admin").statusCode()).isEqualTo(202);
        assertThat(call("POST", "/jobs/sweep/stop", null, "admin").statusCode()).isEqualTo(202);

        assertThat(server.jobs.asked)
                .containsExactly(
                        "ask sweep Order[session=null, user=bob, retentionDays=3] ada",
                        "ask dust Order[session=null, user=null, retentionDays=null] ada",
                        "stop sweep ada");
        assertThat(server.jobs.wakes).isEqualTo(2);
    }

    @Test
    void a_job_is_paused_and_rescheduled() throws Exception {
        call("PATCH", "/jobs/sweep", "{\"paused\":true}", "admin");
        call("PATCH", "/jobs/sweep", "{\"schedule\":{\"cron\":\"0 3 * * *\",\"zone\":\"Europe/Lisbon\"}}", "admin");
        call("PATCH", "/jobs/sweep", "{\"schedule\":null}", "admin");

        assertThat(server.jobs.asked)
                .containsExactly(
                        "change sweep true null false false ada",
                        "change sweep null JobSchedule[everyMs=null, cron=0 3 * * *, zone=Europe/Lisbon] false true ada",
                        "change sweep null null true true ada");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST  | /jobs/unknown/run | {} | 404",
                "POST  | /jobs/unknown/stop | | 404",
                "PATCH | /jobs/unknown | {\"paused\":true} | 404",
                "POST  | /jobs/sweep/run | {\"session\":\"s\",\"user\":\"u\"} | 400",
                "POST  | /jobs/sweep/run | {\"retentionDays\":0} | 400",
                "POST  | /jobs/sweep/run | {\"retentionDays\":366} | 400",
                "POST  | /jobs/dust/run | {\"user\":\"u\"} | 400",
                "PATCH | /jobs/sweep | {\"schedule\":{}} | 400",
                "PATCH | /jobs/sweep | {\"schedule\":{\"everyMs\":9999}} | 400",
                "PATCH | /jobs/sweep | {\"schedule\":{\"everyMs\":60000,\"cron\":\"0 3 * * *\"}} | 400",
                "PATCH | /jobs/sweep | {\"schedule\":{\"cron\":\"often\"}} | 400",
                "PATCH | /jobs/sweep | {\"schedule\":{\"cron\":\"0 3 * * *\",\"zone\":\"Mars\"}} | 400",
                "PATCH | /jobs/sweep | {\"paused\":1} | 400",
                "GET   | /job-runs?cursor=x | | 400"
            })
    void an_impossible_command_is_refused_without_effect(String method, String path, String body, int status)
            throws Exception {
        HttpResponse<String> refused = call(method, path, body, "admin");

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(refused.body()).getString("message")).isNotBlank();
        assertThat(server.jobs.asked).isEmpty();
    }

    @Test
    void a_job_that_runs_is_busy_and_one_that_does_not_cannot_be_stopped() throws Exception {
        server.jobs.busy = true;

        assertThat(new JsonObject(call("POST", "/jobs/sweep/run", "{}", "admin").body()).getString("code"))
                .isEqualTo("busy");
        assertThat(new JsonObject(
                                call("POST", "/jobs/sweep/stop", null, "admin").body())
                        .getString("code"))
                .isEqualTo("conflict");
        assertThat(server.jobs.wakes).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "staff"})
    void everybody_else_is_refused(String role) throws Exception {
        assertThat(call("GET", "/jobs", null, role).statusCode()).isEqualTo(403);
        assertThat(call("GET", "/job-runs", null, role).statusCode()).isEqualTo(403);
        assertThat(call("POST", "/jobs/sweep/run", "{}", role).statusCode()).isEqualTo(403);
        assertThat(call("POST", "/jobs/sweep/stop", null, role).statusCode()).isEqualTo(403);
        assertThat(call("PATCH", "/jobs/sweep", "{\"paused\":true}", role).statusCode())
                .isEqualTo(403);
        assertThat(server.jobs.asked).isEmpty();
    }

    @Test
    void only_an_administrator_has_a_user_erased() throws Exception {
        assertThat(call("DELETE", "/users/bob/data", null, "staff").statusCode())
                .isEqualTo(403);
        assertThat(server.erasedUsers).isEmpty();

        assertThat(call("DELETE", "/users/bob%20b/data", null, "admin").statusCode())
                .isEqualTo(202);
        assertThat(server.erasedUsers).containsExactly("bob b by ada");
    }

    @Test
    void without_the_store_it_is_unavailable() throws Exception {
        server.jobs.away = true;

        assertThat(call("GET", "/jobs", null, "admin").statusCode()).isEqualTo(503);
    }

    private HttpResponse<String> call(String method, String path, String body, String role) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port + "/api/v1" + path))
                .header("Authorization", "Bearer " + server.token("ada", role))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) request.header("Content-Type", "application/json");
        return ContractCheck.checked(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }
}
