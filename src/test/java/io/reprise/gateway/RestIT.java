package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.gateway.rest.ContractCheck;
import io.reprise.history.SessionDirectory;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.support.Digest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP: sessions, tokens for development, health, files, and what every answer carries. */
class RestIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path webroot;

    private GatewayFixture server;
    private final List<Request> requests = new ArrayList<>();

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    private void start(String... overrides) {
        // The files of a test are not a page made by the build.
        List<String> all = new ArrayList<>(List.of("server.webroot", webroot.toString(), "server.builtPage", "false"));
        all.addAll(List.of(overrides));
        server = new GatewayFixture(all.toArray(String[]::new));
        server.sessions.on(owner -> owner.commands = (fake, request) -> {
            requests.add(request);
            return new Delivery.Answer(fake.number, request.replyTo().ticket(), outcome(request));
        });
    }

    private static CommandOutcome outcome(Request request) {
        if (request.session().equals("foreign")) return new CommandOutcome.Refused(Failure.notFound());
        CommandResult result = switch (request.command()) {
            case Command.Create create -> new CommandResult.Created(request.session(), "e1");
            case Command.Fork fork -> new CommandResult.Created(request.session(), "e1");
            case Command.Send send -> new CommandResult.Sent("m1", CommandResult.Status.QUEUED, null);
            case Command.Stop stop -> new CommandResult.Stopped(List.of(), List.of());
            case Command.Answer answer -> new CommandResult.Answered(null, List.of("i2"));
            case Command.Unqueue unqueue -> new CommandResult.Done();
            case Command.Requeue requeue -> new CommandResult.Done();
            case Command.Update update -> new CommandResult.Updated(update.title());
            case Command.Regenerate regenerate when regenerate.checkpoint() != null -> new CommandResult.Resumed("r2");
            case Command.Regenerate regenerate -> CommandResult.Sent.started("m2", "r2");
            case Command.Clear clear -> new CommandResult.Done();
            case Command.Delete delete -> new CommandResult.Done();
            default -> throw new AssertionError("not asked for here: " + request.command());
        };
        return new CommandOutcome.Accepted(result, false);
    }

    @Test
    void a_session_is_created_under_the_key_of_the_request() {
        start();

        HttpResponse<String> created = send(api("POST", "/sessions", "{\"title\":\"Trip\",\"metadata\":{\"a\":1}}")
                .header("Idempotency-Key", "k1"));

        String session = "s_" + Digest.of("create", "me", "k1").substring(0, 22);
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(json(created))
                .isEqualTo(new JsonObject().put("session", session).put("epoch", "e1"));
        assertThat(created.headers().firstValue("Location")).hasValue("/api/v1/sessions/" + session);
        assertThat(requests.getFirst().id()).isEqualTo("k1");
        assertThat(requests.getFirst().user()).isEqualTo("me");
        assertThat(((Command.Create) requests.getFirst().command()).title()).isEqualTo("Trip");
    }

    @Test
    void a_create_without_a_key_claims_nothing_and_makes_another_session_each_time() {
        start();

        send(api("POST", "/sessions", null));
        send(api("POST", "/sessions", "{}"));

        assertThat(requests).extracting(Request::id).containsOnlyNulls();
        assertThat(requests.get(0).session())
                .startsWith("s_")
                .isNotEqualTo(requests.get(1).session());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/sessions | {\"title\":5} | 400 | bad_request",
                "/sessions | [] | 400 | bad_request",
                "/sessions | {nonsense | 400 | bad_request",
                "/sessions/s1/messages | {\"text\":\"\"} | 400 | bad_request",
                "/sessions/s1/messages | {} | 400 | bad_request",
                "/sessions/s1/messages | {\"text\":\"x\",\"onBusy\":\"later\"} | 400 | bad_request",
                "/sessions/foreign/messages | {\"text\":\"x\"} | 404 | not_found",
                "/sessions/a%00b/messages | {\"text\":\"x\"} | 404 | not_found",
                "/sessions/s1/nowhere | {} | 404 | not_found",
            })
    void a_wrong_request_is_a_problem(String path, String body, int status, String code) {
        start();

        assertProblem(send(api("POST", path, body)), status, code);
    }

    @Test
    void a_bad_key_a_foreign_body_and_a_large_one_are_problems() {
        start("server.frameBytesMax", "70000");

        assertProblem(
                send(api("POST", "/sessions", "{}").header("Idempotency-Key", "k".repeat(129))), 400, "bad_request");
        assertProblem(
                send(request("POST", "/api/v1/sessions", "{}")
                        .header("Authorization", "Bearer " + server.token("me"))
                        .header("Content-Type", "text/plain")),
                415,
                "bad_request");
        assertProblem(
                send(api("POST", "/sessions/s1/messages", "{\"text\":\"" + "x".repeat(70_000) + "\"}")),
                413,
                "too_large");
        assertProblem(
                send(api("POST", "/sessions/s1/messages", "{\"text\":\"" + "x".repeat(66_000) + "\"}")),
                413,
                "too_large");
        assertThat(requests).isEmpty();
    }

    @Test
    void other_commands_of_a_session_are_sent_the_same_way() {
        start();

        assertThat(send(api("POST", "/sessions/s1/messages", "{\"text\":\"hi\"}"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(api("POST", "/sessions/s1/stop", null)).statusCode()).isEqualTo(202);
        assertThat(send(api("POST", "/sessions/s1/unqueue", "{\"message\":\"m\"}"))
                        .statusCode())
                .isEqualTo(202);
        HttpResponse<String> deleted = send(api("DELETE", "/sessions/s1", null));

        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
        assertThat(requests)
                .extracting(request -> request.command().getClass().getSimpleName())
                .containsExactly("Send", "Stop", "Unqueue", "Delete");
        assertThat(requests).extracting(Request::session).containsOnly("s1");
        assertProblem(send(api("DELETE", "/sessions/foreign", null)), 404, "not_found");
    }

    @Test
    void checkpoints_are_listed_page_by_page_and_only_to_the_owner_of_the_session() {
        start();
        server.directory.put("me", "s1", 40);

        JsonObject first = json(send(api("GET", "/sessions/s1/checkpoints?limit=2", null)));
        JsonObject rest = json(send(api("GET", "/sessions/s1/checkpoints?cursor=" + first.getString("cursor"), null)));

        assertThat(first.getJsonArray("checkpoints")).hasSize(2);
        assertThat(first.getJsonArray("checkpoints").getJsonObject(1))
                .isEqualTo(new JsonObject("{\"id\":\"c20\",\"run\":\"r1\",\"seq\":20,\"step\":2,"
                        + "\"at\":\"2026-01-01T00:00:00Z\",\"bytes\":400}"));
        assertThat(rest.getJsonArray("checkpoints")).hasSize(1);
        assertThat(rest.getValue("cursor")).isNull();
        assertProblem(send(api("GET", "/sessions/s2/checkpoints", null)), 404, "not_found");
        assertProblem(send(api("GET", "/sessions/s1/checkpoints?cursor=x", null)), 400, "bad_request");
    }

    @Test
    void a_session_continues_from_a_checkpoint() {
        start();

        HttpResponse<String> resumed = send(api("POST", "/sessions/s1/regenerate", "{\"checkpoint\":\"c1\"}"));

        assertThat(resumed.statusCode()).isEqualTo(202);
        assertThat(json(resumed)).isEqualTo(new JsonObject("{\"run\":\"r2\"}"));
        assertThat(requests.getFirst().command()).isEqualTo(new Command.Regenerate(null, null, "c1", null));
        assertProblem(
                send(api("POST", "/sessions/s1/regenerate", "{\"checkpoint\":\"c1\",\"text\":\"x\"}")),
                400,
                "bad_request");
    }

    @ParameterizedTest
    @CsvSource({"message, m1, ", "checkpoint, , c1"})
    void a_fork_is_a_new_session_under_the_key_of_the_request(String by, String message, String checkpoint) {
        start();
        String body =
                new JsonObject().put(by, message == null ? checkpoint : message).encode();

        HttpResponse<String> forked =
                send(api("POST", "/sessions/s1/fork", body).header("Idempotency-Key", "k1"));

        String session = "s_" + Digest.of("create", "me", "k1").substring(0, 22);
        assertThat(forked.statusCode()).isEqualTo(201);
        assertThat(json(forked))
                .isEqualTo(new JsonObject().put("session", session).put("epoch", "e1"));
        assertThat(forked.headers().firstValue("Location")).hasValue("/api/v1/sessions/" + session);
        assertThat(requests.getFirst().session()).isEqualTo(session);
        assertThat(requests.getFirst().id()).isEqualTo("k1");
        assertThat(requests.getFirst().command()).isEqualTo(new Command.Fork("s1", message, checkpoint));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"message\":\"m\",\"checkpoint\":\"c\"}", "{\"message\":7}", "{\"message\":\"\"}"})
    void a_fork_has_exactly_one_source_position(String body) {
        start();

        assertProblem(send(api("POST", "/sessions/s1/fork", body)), 400, "bad_request");
        assertThat(requests).isEmpty();
    }

    @Test
    void an_interrupt_is_answered_under_the_key_of_the_request() {
        start();

        HttpResponse<String> answered = send(api(
                        "POST",
                        "/sessions/s1/answer",
                        "{\"interrupt\":\"i1\",\"decision\":\"edit\",\"arguments\":{\"city\":\"Porto\"}}")
                .header("Idempotency-Key", "k1"));

        assertThat(answered.statusCode()).isEqualTo(202);
        assertThat(json(answered)).isEqualTo(new JsonObject("{\"open\":[\"i2\"]}"));
        assertThat(requests.getFirst().id()).isEqualTo("k1");
        assertThat(requests.getFirst().command())
                .isEqualTo(new Command.Answer("i1", Interrupt.Decision.EDIT, "{\"city\":\"Porto\"}", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"interrupt\":\"i1\"}",
                "{\"interrupt\":\"i1\",\"decision\":\"cancelled\"}",
                "{\"interrupt\":\"i1\",\"decision\":\"edit\"}",
                "{\"interrupt\":\"i1\",\"decision\":\"approve\",\"text\":\"x\"}",
                "{\"interrupt\":\"i1\",\"decision\":\"respond\"}",
            })
    void a_response_that_violates_the_contract_is_a_problem(String body) {
        start();

        assertProblem(send(api("POST", "/sessions/s1/answer", body)), 400, "bad_request");
        assertThat(requests).isEmpty();
    }

    @Test
    void searches_have_limits() {
        start("search.atOnceMax", "1", "server.gateways", "1");

        assertProblem(send(api("GET", "/sessions?q=slow", null)), 504, "timeout");
        assertProblem(send(api("GET", "/sessions?q=" + "x".repeat(201), null)), 400, "bad_request");
        assertProblem(send(api("GET", "/sessions?q=a&cursor=other", null)), 400, "bad_request");
        var waiting =
                HTTP.sendAsync(api("GET", "/sessions?q=waits", null).build(), HttpResponse.BodyHandlers.ofString());
        await().untilAsserted(() -> assertProblem(send(api("GET", "/sessions?q=a", null)), 429, "too_many_requests"));
        server.directory.waiting.complete(new SessionDirectory.Page(List.of(), null));
        assertThat(waiting.join().statusCode()).isEqualTo(200);
        assertThat(send(api("GET", "/sessions?q=a", null)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "{\"title\":\"Trip\"} | true | Trip | null",
                "{\"title\":null} | true | null | null",
                "{\"metadata\":{\"a\":1}} | false | null | {a=1}",
                "{\"title\":\"Trip\",\"metadata\":null} | true | Trip | {}",
            })
    void a_session_is_renamed_or_given_other_metadata(String body, boolean retitled, String title, String metadata) {
        start();

        HttpResponse<String> updated = send(api("PATCH", "/sessions/s1", body).header("Idempotency-Key", "k1"));

        assertThat(updated.statusCode()).isEqualTo(200);
        assertThat(json(updated)).isEqualTo(new JsonObject().put("title", title));
        assertThat(requests.getFirst().id()).isEqualTo("k1");
        Command.Update update = (Command.Update) requests.getFirst().command();
        assertThat(update.retitled()).isEqualTo(retitled);
        assertThat(update.title()).isEqualTo(title);
        assertThat(update.metadata() == null ? null : update.metadata().toString())
                .isEqualTo(metadata);
    }

    @Test
    void a_title_has_limits_and_an_update_must_change_something() {
        start();

        assertProblem(send(api("PATCH", "/sessions/s1", "{}")), 400, "bad_request");
        assertProblem(send(api("PATCH", "/sessions/s1", "{\"title\":\"\"}")), 400, "bad_request");
        assertProblem(send(api("PATCH", "/sessions/s1", "{\"title\":7}")), 400, "bad_request");
        assertProblem(
                send(api("PATCH", "/sessions/s1", "{\"title\":\"" + "x".repeat(201) + "\"}")), 400, "bad_request");
        assertProblem(
                send(api("PATCH", "/sessions/s1", "{\"metadata\":{\"k\":\"" + "x".repeat(16_384) + "\"}}")),
                400,
                "bad_request");
        assertProblem(send(api("PATCH", "/sessions/foreign", "{\"title\":\"x\"}")), 404, "not_found");
        assertThat(requests).extracting(Request::session).containsExactly("foreign");
    }

    @Test
    void sessions_are_listed_page_by_page_and_only_to_their_owner() {
        start();
        server.directory.put("me", "s1", 3);
        server.directory.put("me", "s2", 3);
        server.directory.put("you", "s3", 3);

        JsonObject all = json(send(api("GET", "/sessions", null)));
        JsonObject first = json(send(api("GET", "/sessions?limit=1", null)));

        assertThat(all.getJsonArray("sessions")).hasSize(2);
        assertThat(all.getJsonArray("sessions").getJsonObject(0).getString("title"))
                .isEqualTo("Title");
        assertThat(first.getJsonArray("sessions")).hasSize(1);
        assertThat(first.getString("cursor")).isEqualTo("next");
        assertThat(json(send(api("GET", "/sessions/s1", null))).getString("id")).isEqualTo("s1");
        assertProblem(send(api("GET", "/sessions/s3", null)), 404, "not_found");
        assertProblem(send(api("GET", "/sessions/s3/messages", null)), 404, "not_found");
        assertProblem(send(api("GET", "/sessions/none", null)), 404, "not_found");
        assertProblem(send(api("GET", "/sessions/%00", null)), 404, "not_found");
        assertProblem(send(api("GET", "/sessions/" + "x".repeat(129), null)), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "limit=-1", "cursor=foreign", "cursor=%00"})
    void a_wrong_page_is_a_problem(String query) {
        start();

        assertProblem(send(api("GET", "/sessions?" + query, null)), 400, "bad_request");
    }

    @Test
    void without_the_store_lists_are_unavailable() {
        start();
        server.directory.away = true;

        assertProblem(send(api("GET", "/sessions", null)), 503, "unavailable");
        assertProblem(send(api("GET", "/sessions/s1", null)), 503, "unavailable");
    }

    @Test
    void messages_come_newest_first_page_and_then_those_before_a_seq() {
        start();
        server.directory.put("me", "s1", 9);
        message("m1", 1, "one");
        message("m2", 4, "two");
        message("m3", 7, "three");

        JsonObject newest = json(send(api("GET", "/sessions/s1/messages?limit=2", null)));
        JsonObject earlier = json(send(api("GET", "/sessions/s1/messages?limit=2&before=4", null)));

        assertThat(contents(newest)).containsExactly("two", "three");
        assertThat(newest.getBoolean("earlier")).isTrue();
        assertThat(newest.getJsonArray("messages")
                        .getJsonObject(0)
                        .getJsonObject("metadata")
                        .getLong("seq"))
                .isEqualTo(4);
        assertThat(contents(earlier)).containsExactly("one");
        assertThat(earlier.getBoolean("earlier")).isFalse();
        assertProblem(send(api("GET", "/sessions/s1/messages?before=0", null)), 400, "bad_request");
    }

    private void message(String id, long seq, String text) {
        row(seq, new LogEvent.TextStart(id, Role.USER, null));
        server.rows.rows.add(new LogRow.Segment(
                seq + 1, seq + 1, "r1", LogEvent.TEXT_CONTENT, id, text, new int[] {text.length()}, 0));
        row(seq + 2, new LogEvent.TextEnd(id));
    }

    private void row(long seq, LogEvent event) {
        server.rows.rows.add(new LogRow.Single(seq, "r1", EventJson.type(event), EventJson.of(event), 0));
    }

    private static List<String> contents(JsonObject page) {
        return page.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    @Test
    void without_a_valid_token_nothing_is_revealed() {
        start();
        for (String path : List.of("/sessions", "/sessions/s1", "/sessions/s1/messages")) {
            HttpResponse<String> anonymous = send(request("GET", "/api/v1" + path, null));
            assertProblem(anonymous, 401, "unauthorized");
            assertThat(anonymous.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        assertProblem(send(request("GET", "/api/v1/sessions?token=" + server.token("me"), null)), 401, "unauthorized");
        assertProblem(
                send(request("GET", "/api/v1/sessions", null).header("Authorization", "Bearer nonsense")),
                401,
                "unauthorized");
        assertProblem(
                send(request("GET", "/api/v1/sessions", null)
                        .header("Authorization", "Bearer " + server.token("me", -2_000))),
                401,
                "token_expired");
    }

    @Test
    void a_development_token_opens_a_socket() {
        start();

        HttpResponse<String> issued = devToken("{\"user\":\"ann\",\"roles\":[\"user\",\"admin\"]}");

        assertThat(issued.statusCode()).isEqualTo(200);
        assertThat(json(issued).getString("expiresAt")).endsWith("Z");
        TabClient tab = TabClient.open(server.port, "/ws");
        assertThat(tab.hello(json(issued).getString("token")).getJsonObject("user"))
                .isEqualTo(new JsonObject("{\"id\":\"ann\",\"roles\":[\"user\",\"admin\"]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"user\":\"\"}",
                "{\"user\":5}",
                "{\"user\":\"a b\"}",
                "{\"user\":\"../x\"}",
                "{\"user\":\"ann\",\"roles\":\"admin\"}",
                "{\"user\":\"ann\",\"roles\":[\"root\"]}",
                "{\"user\":\"ann\",\"roles\":[5]}",
            })
    void an_invalid_request_for_a_token_is_refused(String body) {
        start();

        assertProblem(devToken(body), 400, "bad_request");
    }

    @Test
    void a_user_has_at_most_64_characters() {
        start();

        assertThat(devToken("{\"user\":\"" + "x".repeat(64) + "\"}").statusCode())
                .isEqualTo(200);
        assertProblem(devToken("{\"user\":\"" + "x".repeat(65) + "\"}"), 400, "bad_request");
    }

    @Test
    void outside_of_the_dev_mode_the_server_issues_no_tokens_on_request() {
        start("auth.mode", "jwt");

        assertProblem(devToken("{\"user\":\"ann\"}"), 404, "not_found");
    }

    @Test
    void a_caller_by_a_foreign_name_gets_no_token() {
        start();
        String body = "{\"user\":\"ann\"}";

        assertThat(statusOf("evil.example.org:" + server.port, "", body)).contains(" 404 ");
        assertThat(statusOf("127.0.0.1.evil.example.org", "", body)).contains(" 404 ");
        assertThat(statusOf("localhost:" + server.port, "Origin: http://evil.example.org\r\n", body))
                .contains(" 403 ");
        assertThat(statusOf("localhost:" + server.port, "", body)).contains(" 200 ");
        assertThat(statusOf("127.0.0.1:" + server.port, "", body)).contains(" 200 ");
        assertThat(statusOf("[::1]:" + server.port, "", body)).contains(" 200 ");
    }

    private String statusOf(String host, String headers, String body) {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("POST /api/v1/dev/token HTTP/1.1\r\nHost: " + host + "\r\n" + headers
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            return raw.head().lines().findFirst().orElse("");
        }
    }

    @Test
    void health_is_told_to_everybody() {
        start();

        assertThat(send(request("GET", "/health/live", null)).statusCode()).isEqualTo(200);
        assertThat(send(request("GET", "/health/ready", null)).statusCode()).isEqualTo(200);
        server.ready.set(false);
        HttpResponse<String> notReady = send(request("GET", "/health/ready", null));

        assertThat(notReady.statusCode()).isEqualTo(503);
        assertThat(json(notReady).getString("status")).isEqualTo("not ready");
        assertThat(send(request("GET", "/health/live", null)).statusCode()).isEqualTo(200);
    }

    @Test
    void the_page_its_documents_and_its_libraries_are_served() throws IOException {
        file("index.html", "<!doctype html><title>page</title>");
        file("app/main.js", "export {}");
        file("docs/protocol.md", "# Protocol é");
        start();

        HttpResponse<String> index = send(request("GET", "/", null));
        HttpResponse<String> script = send(request("GET", "/app/main.js", null));
        HttpResponse<String> document = send(request("GET", "/docs/protocol.md", null));
        HttpResponse<String> library = send(request("GET", "/webjars/dompurify/3.3.3/dist/purify.es.mjs", null));

        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.body()).contains("page");
        assertThat(header(index, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(header(index, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(script, "Content-Type")).startsWith("text/javascript");
        assertThat(header(script, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(document, "Content-Type")).isEqualTo("text/markdown; charset=utf-8");
        assertThat(document.body()).isEqualTo("# Protocol é");
        assertThat(library.statusCode()).isEqualTo(200);
        assertThat(header(library, "Cache-Control")).contains("immutable");
        HttpResponse<String> again =
                send(request("GET", "/app/main.js", null).header("If-Modified-Since", header(script, "Last-Modified")));
        assertThat(again.statusCode()).isEqualTo(304);
    }

    @Test
    void a_changed_file_is_served_changed() throws IOException {
        file("index.html", "old");
        start();
        assertThat(send(request("GET", "/", null)).body()).isEqualTo("old");

        file("index.html", "newer");

        assertThat(send(request("GET", "/", null)).body()).isEqualTo("newer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/..%2fsecret.txt",
                "/docs/../../secret.txt",
                "/docs/..%2f..%2fsecret.txt",
                "/..%5csecret.txt",
                "/%00",
                "/webjars/../../logback.xml",
                "/webjars/..%2f..%2f..%2flogback.xml",
                "/webjars/%2e%2e/%2e%2e/logback.xml",
                "//etc/passwd",
                "/.hidden",
                "/docs/.hidden",
            })
    void no_path_leads_out_of_the_webroot(String path) throws IOException {
        Path site = Files.createDirectory(webroot.resolve("site"));
        Files.writeString(webroot.resolve("secret.txt"), "secret");
        Files.createDirectory(site.resolve("docs"));
        Files.writeString(site.resolve(".hidden"), "secret");
        Files.writeString(site.resolve("docs/.hidden"), "secret");
        start("server.webroot", site.toString());
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(raw.head().lines().findFirst().orElse("")).containsAnyOf(" 404 ", " 400 ");
        }
    }

    @Test
    void directories_are_not_listed_and_missing_files_are_not_found() throws IOException {
        file("docs/protocol.md", "# Protocol");
        start();

        file("img/a.svg", "<svg/>");
        assertThat(send(request("GET", "/img/", null)).body()).doesNotContain("a.svg");
        assertProblem(send(request("GET", "/img/", null)), 404, "not_found");
        assertProblem(send(request("GET", "/nowhere", null)), 404, "not_found");
        assertProblem(send(request("GET", "/", null)), 404, "not_found");
        assertProblem(send(api("GET", "/nowhere", null)), 404, "not_found");
        assertProblem(send(request("POST", "/docs/protocol.md", "{}")), 404, "not_found");
        assertProblem(send(api("PUT", "/sessions", "{}")), 405, "bad_request");
        assertProblem(send(request("GET", "/ws", null)), 400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nowhere", "/health/live", "/api/v1/sessions", "/ws", "/docs/protocol.md"})
    void every_answer_tells_the_browser_what_it_may_do(String path) throws IOException {
        file("index.html", "page");
        file("docs/protocol.md", "# Protocol");
        start();

        HttpResponse<String> answer = send(request("GET", path, null));

        assertThat(header(answer, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                        + "frame-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
                        + "base-uri 'none'; form-action 'none'; "
                        + "frame-ancestors 'none'; require-trusted-types-for 'script'; "
                        + "trusted-types lit-html dompurify reprise");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    private void file(String name, String text) throws IOException {
        Path file = webroot.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private HttpResponse<String> devToken(String body) {
        return send(request("POST", "/api/v1/dev/token", body).header("Content-Type", "application/json"));
    }

    private HttpRequest.Builder api(String method, String path, String body) {
        return request(method, "/api/v1" + path, body)
                .header("Authorization", "Bearer " + server.token("me"))
                .header("Content-Type", "application/json");
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return ContractCheck.checked(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
        JsonObject problem = json(response);
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("type")).isEqualTo("about:blank");
        assertThat(problem.getString("title")).isNotBlank();
        assertThat(problem.getString("message")).isNotBlank();
        assertThat(problem.getBoolean("retryable")).isNotNull();
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
