package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/**
 * What administrators do over REST.
 *
 * @param calls of the server
 * @param token of an administrator
 */
public record Administration(Calls calls, String token) {
    /** The calls of a server in this process or in another one. */
    public interface Calls {
        HttpResponse<String> call(String method, String path, String token, String body);
    }

    /** Orders a run of a job. */
    public void order(String job, String body) {
        assertThat(calls.call("POST", "/api/v1/jobs/" + job + "/run", token, body)
                        .statusCode())
                .isEqualTo(202);
    }

    /** Runs a job, and returns its run when it has ended. */
    public JsonObject run(String job, String body) {
        order(job, body);
        return await().atMost(Patience.LIMIT)
                .until(
                        () -> read("/api/v1/job-runs?limit=1&job=" + job).getJsonArray("runs").stream()
                                .map(JsonObject.class::cast)
                                .filter(run -> "request".equals(run.getString("cause")) && run.containsKey("outcome"))
                                .findFirst()
                                .orElse(null),
                        run -> run != null);
    }

    /** A setting with its value and where that comes from. */
    public JsonObject setting(String key) {
        return read("/api/v1/settings").getJsonArray("settings").stream()
                .map(JsonObject.class::cast)
                .filter(shown -> shown.getString("key").equals(key))
                .findFirst()
                .orElseThrow();
    }

    private JsonObject read(String path) {
        return new JsonObject(calls.call("GET", path, token, null).body());
    }
}
