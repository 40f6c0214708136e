package io.reprise.gateway.rest;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.PushBrowser;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation that changes something leaves an entry in the audit log, or is listed here with the reason why not. Those of
 * administrators always do, which {@link AdministrationIT} shows.
 */
class AuditWalkIT {
    private static final String LOG = "the log of the session has it, with who asked for it";
    private static final String NOTHING = "it changes nothing that is kept";
    private static final String LOOK = "it is how one person sees lists, and nobody else's";
    private static final String NOTE = "it is one note of a person, which agents save and delete as well";
    private static final String ELSEWHERE = "only sign-ins with OpenID Connect are recorded, as OidcIT shows";

    private static final Map<String, String> NOT_RECORDED = Map.ofEntries(
            entry("createSession", LOG),
            entry("forkSession", LOG),
            entry("addAttachment", LOG),
            entry("sendMessage", LOG),
            entry("stopRun", LOG),
            entry("giveFeedback", LOG),
            entry("unqueueMessage", LOG),
            entry("requeueMessage", LOG),
            entry("sendToBackground", LOG),
            entry("regenerate", LOG),
            entry("compactSession", LOG),
            entry("scheduleRecall", LOG),
            entry("editRecall", LOG),
            entry("cancelRecall", LOG),
            entry("skipRecall", LOG),
            entry("pauseRecall", LOG),
            entry("resumeRecall", LOG),
            entry("updateSession", LOOK),
            entry("readSession", LOOK),
            entry("keepSession", LOOK),
            entry("updatePreferences", LOOK),
            entry("previewRecall", NOTHING),
            entry("previewPrompt", NOTHING),
            entry("saveMemory", NOTE),
            entry("deleteMemory", NOTE),
            entry("testWebhook", NOTHING),
            entry("testPushSubscription", NOTHING),
            entry("visit", "a visitor is not known to anybody"),
            entry("issueDevToken", "there is no sign-in in development mode"),
            entry("signIn", ELSEWHERE),
            entry("signOut", ELSEWHERE),
            entry("deleteMcpSignIn", "recorded if there is a sign-in, as McpSignInIT shows"));

    /** The action of each of the others. */
    private static final Map<String, String> RECORDED = Map.ofEntries(
            entry("answerInterrupt", "interrupt.approve"),
            entry("clearSession", "session.cleared"),
            entry("deleteSession", "session.deleted"),
            entry("createKey", "key.added"),
            entry("deleteKey", "key.removed"),
            entry("createHook", "hook.added"),
            entry("changeHook", "hook.changed"),
            entry("renewHookSecret", "hook.changed"),
            entry("deleteHook", "hook.removed"),
            entry("createWebhook", "webhook.added"),
            entry("changeWebhook", "webhook.changed"),
            entry("renewWebhookSecret", "webhook.changed"),
            entry("deleteWebhook", "webhook.removed"),
            entry("createPushSubscription", "device.added"),
            entry("changePushSubscription", "device.changed"),
            entry("deletePushSubscription", "device.removed"),
            entry("switchMemory", "memory.off"),
            entry("clearMemory", "memory.cleared"));

    private static TestServer server;
    private static String admin;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of(
                "secrets.key",
                SecretKeyFile.reference(),
                "interrupts.tools",
                "sleep",
                "push.contact",
                "mailto:me@example.org"));
        admin = server.token("root", "admin");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Stream<Operation> changes() {
        return Examples.operations().stream()
                .filter(Examples::changes)
                .filter(operation -> !operation.getTags().contains("administration"));
    }

    static Stream<Operation> recorded() {
        return changes().filter(operation -> RECORDED.containsKey(operation.getOperationId()));
    }

    @Test
    void every_change_is_recorded_or_has_a_reason_not_to_be() {
        Set<String> known = new HashSet<>(RECORDED.keySet());
        known.addAll(NOT_RECORDED.keySet());

        assertThat(changes().map(Operation::getOperationId).collect(Collectors.toSet()))
                .isEqualTo(known);
        assertThat(NOT_RECORDED).doesNotContainKeys(RECORDED.keySet().toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void what_a_person_changes_is_in_the_audit_log_once_with_who_did_it(Operation operation) {
        String id = operation.getOperationId();
        String user = "user-of-" + id;
        try (TestClient tab = server.client(user)) {
            JsonObject body = Examples.body(operation);
            Map<String, String> names = new HashMap<>(Map.of("session", tab.create()));
            if (body != null && body.containsKey("session")) body.put("session", names.get("session"));
            prepare(operation, user, tab, names);
            if (id.equals("answerInterrupt")) body = decision(tab, names.get("session"));
            if (id.equals("createPushSubscription")) body = browser();
            List<String> before = actions(user);

            HttpResponse<String> answer = call(operation, names, server.token(user), body);

            assertThat(answer.statusCode()).as("%s %s", id, answer.body()).isBetween(200, 299);
            List<String> after = actions(user);
            assertThat(after.subList(0, after.size() - before.size())).containsExactly(RECORDED.get(id));
        }
    }

    /** Addresses and texts may be secrets. */
    @Test
    void the_entry_of_a_changed_webhook_names_what_was_changed_and_the_host_that_is_told() {
        String token = server.token("ada");
        JsonObject made = new JsonObject(server.call(
                        "POST",
                        "/api/v1/webhooks",
                        token,
                        "{\"name\":\"mine\",\"url\":\"https://a.example.org/secret\",\"events\":[\"run.ended\"]}")
                .body());
        String path = "/api/v1/webhooks/" + made.getString("id");
        server.call("PATCH", path, token, "{\"url\":\"https://b.example.org/secret\",\"enabled\":false}");

        JsonArray entries = entries("ada");

        assertThat(entries.getJsonObject(0).getJsonObject("detail"))
                .isEqualTo(new JsonObject(
                        "{\"changed\":[\"url\",\"enabled\"],\"host\":\"b.example.org\",\"enabled\":false}"));
        assertThat(entries.getJsonObject(1).getJsonObject("detail"))
                .isEqualTo(new JsonObject("{\"host\":\"a.example.org\"}"));
        assertThat(entries.getJsonObject(0).getString("target")).isEqualTo(made.getString("id"));
        assertThat(entries.encode()).doesNotContain("secret");
    }

    // --- helpers

    /** Makes what the operation changes, and names it. */
    private static void prepare(Operation operation, String user, TestClient tab, Map<String, String> names) {
        for (String name : List.of("hook", "webhook", "device", "key")) {
            if (!operation.getOpenAPIPath().contains("{" + name + "}")) continue;
            String create = Map.of(
                            "hook", "createHook",
                            "webhook", "createWebhook",
                            "device", "createPushSubscription",
                            "key", "createKey")
                    .get(name);
            Operation creation = Examples.operations().stream()
                    .filter(one -> one.getOperationId().equals(create))
                    .findAny()
                    .orElseThrow();
            JsonObject body = name.equals("device") ? browser() : Examples.body(creation);
            if (name.equals("hook")) body.put("session", names.get("session"));
            String made = call(creation, names, server.token(user), body).body();
            names.put(name, new JsonObject(made).getString("id"));
        }
        String session = names.get("session");
        if (operation.getOperationId().equals("clearMemory")) {
            server.call("POST", "/api/v1/memory", server.token(user), "{\"text\": \"Prefers trains\"}");
        }
        if (operation.getOperationId().equals("clearSession")) {
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));
        }
    }

    private static JsonObject decision(TestClient tab, String session) {
        tab.attachLive(session);
        JsonObject end = TestClient.event(
                tab.awaitEnd(session, tab.send(session, "/tool sleep {}").getString("run")));
        String interrupt = end.getJsonObject("outcome")
                .getJsonArray("interrupts")
                .getJsonObject(0)
                .getString("id");
        return new JsonObject().put("interrupt", interrupt).put("decision", "approve");
    }

    private static JsonObject browser() {
        return PushBrowser.fresh().subscription("phone", "https://push.example.org/" + System.nanoTime());
    }

    private static HttpResponse<String> call(
            Operation operation, Map<String, String> names, String token, JsonObject body) {
        return server.call(
                operation.getHttpMethod().name(), Examples.path(operation, names), token, Examples.text(body));
    }

    /** Newest first. */
    private static List<String> actions(String user) {
        return entries(user).stream()
                .map(entry -> ((JsonObject) entry).getString("action"))
                .toList();
    }

    private static JsonArray entries(String user) {
        return new JsonObject(server.call("GET", "/api/v1/audit?user=" + user, admin, null)
                        .body())
                .getJsonArray("entries");
    }
}
