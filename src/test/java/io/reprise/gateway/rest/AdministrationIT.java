package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only administrators may do is refused to others, and everything that they change is in the audit log. */
class AdministrationIT {
    private static final String TAG = "administration";
    private static final String STAFF = "staff";
    private static final String JOB = "claim-cleanup";

    /** Values for what a path names; {@code x} does not exist. */
    private static final Map<String, String> NAMES = Map.of("job", JOB, "user", "somebody");

    private static final Map<String, String> SETTINGS = Map.of(
            "providers", "{}",
            "models", "{\"provider\": \"work\", \"name\": \"m\"}",
            "prompts", "{\"text\": \"Be brief.\"}",
            "agents", "{}",
            "middleware", "{\"type\": \"model-call-limit\", \"runMax\": 9}",
            "mcp-servers", "{\"url\": \"http://tools.example.org/mcp\"}");

    private static TestServer server;

    @BeforeAll
    static void start() {
        // A job that was asked for is still waiting when it is asked to stop.
        server = TestServer.start(Map.of("jobs.pollMs", "600000", "jobs.atOnceMax", "1"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Operation> changesOfAdministrators() {
        return Examples.operations().stream().filter(Examples::changes).filter(AdministrationIT::isForAdministrators);
    }

    private static boolean isForAdministrators(Operation operation) {
        return operation.getTags().contains(TAG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "staff"})
    void operations_are_refused_to_others_exactly_if_they_are_described_as_not_for_them(String role) {
        String token = server.token("eve", role);
        Map<String, Boolean> refused = new HashMap<>();
        Map<String, Boolean> described = new HashMap<>();

        for (Operation operation : Examples.operations()) {
            if (!Examples.isProtected(operation)) continue;
            HttpResponse<String> answer = call(operation, NAMES, token);
            refused.put(operation.getOperationId(), answer.statusCode() == 403);
            boolean forStaff = operation.getTags().contains(STAFF);
            described.put(
                    operation.getOperationId(), isForAdministrators(operation) || forStaff && role.equals("user"));
        }

        assertThat(refused).isEqualTo(described).containsValue(true).containsValue(false);
    }

    /** A new operation is found here by itself; if its example needs something that exists, {@link #prepare} makes it. */
    @ParameterizedTest
    @MethodSource("changesOfAdministrators")
    void every_change_is_in_the_audit_log_with_who_made_it(Operation operation) {
        String admin = "admin-of-" + operation.getOperationId();
        String token = server.token(admin, "admin");
        Map<String, String> names = new HashMap<>(NAMES);
        prepare(operation, names);
        assertThat(entriesOf(admin, token)).isEmpty();

        HttpResponse<String> answer = call(operation, names, token);

        assertThat(answer.statusCode())
                .as("%s %s", operation.getOperationId(), answer.body())
                .isBetween(200, 299);
        assertThat(entriesOf(admin, token)).as(operation.getOperationId()).isNotEmpty();
    }

    @Test
    void the_walk_knows_the_changes_of_administrators() {
        assertThat(changesOfAdministrators().map(Operation::getOperationId))
                .contains(
                        "changeSettings", "reloadConfig", "changeJob", "runJob", "stopJob", "stopAnyRun", "eraseUser");
    }

    @Test
    void what_the_server_does_by_itself_is_recorded_without_a_user() {
        String token = server.token("root", "admin");
        JsonArray entries = audit("?action=secret.created", token);

        assertThat(entries)
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(((JsonObject) entry).containsKey("user")).isFalse());
    }

    /** Makes what the operation needs, and names it. */
    private static void prepare(Operation operation, Map<String, String> names) {
        switch (operation.getOperationId()) {
            case "stopJob" -> prepareJob(names);
            case "stopAnyRun" -> prepareRun(names);
            default -> prepareEntry(operation, names);
        }
    }

    /** An entry of the catalogue that is changed or deleted, and what the examples name. */
    private static void prepareEntry(Operation operation, Map<String, String> names) {
        String path = operation.getOpenAPIPath();
        String kind = path.split("/")[1];
        if (!SETTINGS.containsKey(kind)) return;
        if (kind.equals("models")) create("providers", "work");
        if (path.endsWith("/delete")) create(kind, "old");
        if (path.contains("{name}")) {
            names.put("name", operation.getOperationId().toLowerCase(Locale.ROOT));
            create(kind, names.get("name"));
        }
    }

    private static void create(String kind, String name) {
        String body = "{\"name\": \"" + name + "\", \"settings\": " + SETTINGS.get(kind) + "}";
        server.call("POST", "/api/v1/" + kind, server.token("preparer", "admin"), body);
    }

    private static void prepareRun(Map<String, String> names) {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            names.put("session", session);
            names.put("run", tab.send(session, "/hang").getString("run"));
        }
    }

    private static void prepareJob(Map<String, String> names) {
        String token = server.token("preparer", "admin");
        // One job of a long list runs at a time, so that the last one still waits.
        JsonArray jobs =
                new JsonObject(server.call("GET", "/api/v1/jobs", token, null).body()).getJsonArray("jobs");
        List<String> all =
                jobs.stream().map(job -> ((JsonObject) job).getString("name")).toList();
        server.call("PATCH", "/api/v1/jobs/" + all.getLast(), token, "{\"paused\":true}");
        for (String job : all) server.call("POST", "/api/v1/jobs/" + job + "/run", token, "{}");
        names.put("job", all.getLast());
    }

    private static HttpResponse<String> call(Operation operation, Map<String, String> names, String token) {
        String path = Examples.path(operation, names);
        String body = Examples.text(Examples.body(operation));
        if (operation.getOperationId().equals("setPromptStatus")) body = withRevision(path, body, token);
        return server.call(operation.getHttpMethod().name(), path, token, body);
    }

    /** A change of a status names the revision that was seen; who may not change it sees none. */
    private static String withRevision(String path, String body, String token) {
        String entry = path.substring(0, path.indexOf("/versions/"));
        HttpResponse<String> seen = server.call("GET", entry, token, null);
        if (seen.statusCode() != 200) return body;
        long revision = new JsonObject(seen.body()).getLong("revision");
        return new JsonObject(body).put("revision", revision).encode();
    }

    private static JsonArray entriesOf(String user, String token) {
        return audit("?user=" + user, token);
    }

    private static JsonArray audit(String query, String token) {
        return new JsonObject(
                        server.call("GET", "/api/v1/audit" + query, token, null).body())
                .getJsonArray("entries");
    }
}
