package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.history.SessionDirectory;
import io.reprise.message.Command;
import io.reprise.message.Interrupt;
import io.reprise.message.ShardMessage.Request;
import io.reprise.support.Digest;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands, lists and histories over REST. */
class RestIT extends RestBench {
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

    private static List<String> contents(JsonObject page) {
        return page.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }
}
