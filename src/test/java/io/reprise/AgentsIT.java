package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions whose agents, models and prompts are entries of the catalogue, which change meanwhile. */
@Timeout(300)
class AgentsIT {
    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private FakeProvider first;
    private FakeProvider second;

    @BeforeEach
    void begin() throws IOException {
        first = FakeProvider.start(Wire.OPENAI);
        second = FakeProvider.start(Wire.OPENAI);
        write("reprise.yaml", "");
        write("keys/first", "key-1");
        write("providers/first.yaml", "type: openai\nbaseUrl: " + first.url() + "\napiKey: file:" + key() + "\n");
        write("providers/second.yaml", "type: openai\nbaseUrl: " + second.url() + "\n");
        write("models/first.yaml", "provider: first\nname: first-1\n");
        write("models/second.yaml", "provider: second\nname: second-1\n");
        write("prompts/clerk.md", "You are the old {{agent}}.");
        write("agents/clerk.yaml", "title: Clerk\nmodel: first\nprompt: clerk\n");
    }

    @AfterEach
    void end() {
        first.close();
        second.close();
    }

    @Test
    void the_fallback_answers_while_a_provider_is_down_and_readers_see_who_it_was() throws Exception {
        write("agents/clerk.yaml", "model: first\nfallbacks: [second]\n");
        first.close();
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");

            String run = tab.send(session, "hello").getString("run");
            second.take().answer().text("I am here.").finish(Finish.STOP, 10, 5);
            JsonObject end = tab.awaitEnd(session, run);

            assertThat(type(end)).isEqualTo("RUN_FINISHED");
            assertThat(event(end).getJsonArray("usage").getJsonObject(0).getString("model"))
                    .isEqualTo("second-1");
            JsonArray messages = server.messages(server.token("ada"), session, 2);
            assertThat(messages.getJsonObject(1).getJsonObject("metadata").getString("model"))
                    .isEqualTo("second-1");
        }
    }

    @Test
    void a_run_keeps_its_prompt_and_a_replaced_key_is_used_by_its_next_call() throws Exception {
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            String run = tab.send(session, "hello").getString("run");
            Call begun = first.take();

            // When the prompt and the key are replaced while the model answers
            write("prompts/clerk.md", "You are the new {{agent}}.");
            reload(server);
            write("keys/first", "key-2");
            begun.answer().tool(0, "call_1", "time", "{}").finish(Finish.TOOLS, 10, 5);
            Call goingOn = first.take();
            goingOn.answer().text("done").done();
            tab.awaitEnd(session, run);
            tab.send(session, "again");
            Call next = first.take();
            next.answer().text("done").done();

            assertThat(begun.body().encode()).contains("You are the old Clerk.");
            assertThat(begun.headers().get("Authorization")).isEqualTo("Bearer key-1");
            assertThat(goingOn.body().encode()).contains("You are the old Clerk.");
            assertThat(goingOn.headers().get("Authorization")).isEqualTo("Bearer key-2");
            assertThat(next.body().encode()).contains("You are the new Clerk.");
        }
    }

    @Test
    void a_run_keeps_its_prompt_when_an_administrator_goes_back_to_the_version_before() throws Exception {
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            change(server, "POST", "/prompts", "{'name': 'desk', 'settings': {'text': 'You are polite.'}}");
            change(server, "PUT", "/prompts/desk", "{'version': 1, 'settings': {'text': 'You are brief.'}}");
            change(server, "POST", "/agents", "{'name': 'desk', 'settings': {'model': 'first', 'prompt': 'desk'}}");
            String session = create(tab, "desk");
            String run = tab.send(session, "hello").getString("run");
            Call begun = first.take();

            change(server, "POST", "/prompts/desk/restore", "{'number': 1, 'version': 2}");
            begun.answer().tool(0, "call_1", "time", "{}").finish(Finish.TOOLS, 10, 5);
            Call goingOn = first.take();
            goingOn.answer().text("done").done();
            tab.awaitEnd(session, run);
            tab.send(session, "again");
            Call next = first.take();
            next.answer().text("done").done();

            assertThat(begun.body().encode()).contains("You are brief.");
            assertThat(goingOn.body().encode()).contains("You are brief.").doesNotContain("polite");
            assertThat(next.body().encode()).contains("You are polite.").doesNotContain("brief");
        }
    }

    @Test
    void a_run_ends_with_the_model_it_began_with_and_the_next_one_is_told_that_it_is_switched_off() throws Exception {
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            String run = tab.send(session, "hello").getString("run");
            Call begun = first.take();

            write("models/first.yaml", "provider: first\nname: first-1\nenabled: false\n");
            reload(server);
            begun.answer().tool(0, "call_1", "time", "{}").finish(Finish.TOOLS, 10, 5);
            first.take().answer().text("done").done();
            JsonObject end = tab.awaitEnd(session, run);
            String next = tab.send(session, "again").getString("run");
            JsonObject refused = event(tab.awaitEnd(session, next));

            assertThat(type(end)).isEqualTo("RUN_FINISHED");
            assertThat(refused.getString("code")).isEqualTo("unavailable");
            assertThat(refused.getString("message")).isEqualTo("The model \"first\" is switched off.");
        }
    }

    @Test
    void middleware_of_a_file_keeps_what_a_person_wrote_from_the_model_and_what_it_answers_from_people()
            throws Exception {
        write("middleware/mail.yaml", "type: pii\noutput: true\n");
        write("agents/clerk.yaml", "model: first\nmiddleware: [mail]\n");
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");

            String run = tab.send(session, "I am ada@example.com").getString("run");
            Call asked = first.take();
            asked.answer().text("Ask eve@exam").text("ple.com now").finish(Finish.STOP, 10, 5);
            tab.awaitEnd(session, run);

            assertThat(asked.body().encode()).contains("I am [REDACTED_EMAIL]").doesNotContain("ada@");
            JsonArray messages = server.messages(server.token("ada"), session, 2);
            assertThat(messages.getJsonObject(0).getString("content")).isEqualTo("I am ada@example.com");
            assertThat(messages.getJsonObject(1).getString("content")).isEqualTo("Ask [REDACTED_EMAIL] now");
        }
    }

    @Test
    void a_chat_is_summarised_at_once_and_its_next_run_begins_with_the_summary() throws Exception {
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            for (String said : List.of("one", "two", "three")) {
                String run = tab.send(session, said).getString("run");
                first.take().answer().text("heard " + said).finish(Finish.STOP, 10, 5);
                tab.awaitEnd(session, run);
            }
            String path = "/api/v1/sessions/" + session + "/compact";

            HttpResponse<String> begun = server.call("POST", path, server.token("ada"), "{}");
            Call summary = first.take();
            HttpResponse<String> busy = server.call("POST", path, server.token("ada"), "{}");
            summary.answer().text("They counted.").finish(Finish.STOP, 10, 5);
            JsonObject end = tab.awaitEnd(session, new JsonObject(begun.body()).getString("run"));
            tab.send(session, "four");
            Call next = first.take();
            next.answer().text("done").done();

            assertThat(begun.statusCode()).isEqualTo(202);
            assertThat(busy.statusCode()).isEqualTo(409);
            assertThat(type(end)).isEqualTo("RUN_FINISHED");
            assertThat(summary.body().encode()).contains("User: one").doesNotContain("User: three");
            assertThat(next.body().encode())
                    .contains("They counted.", "three", "four")
                    .doesNotContain("heard one");
        }
    }

    @Test
    void a_session_whose_agent_is_gone_says_so_until_it_gets_another_one() throws Exception {
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            Files.delete(folder.resolve("agents/clerk.yaml"));
            reload(server);

            String run = tab.send(session, "/echo hello").getString("run");
            JsonObject error = event(tab.awaitEnd(session, run));
            HttpResponse<String> changed =
                    server.call("PATCH", "/api/v1/sessions/" + session, server.token("ada"), "{\"agent\":\"default\"}");
            String next = tab.send(session, "/echo hello").getString("run");
            tab.awaitEnd(session, next);

            assertThat(error.getString("code")).isEqualTo("not_found");
            assertThat(error.getString("message")).contains("clerk");
            assertThat(changed.statusCode()).isEqualTo(200);
            assertThat(tab.text(session, next)).isEqualTo("hello");
            assertThat(tab.events(session))
                    .anySatisfy(frame -> assertThat(event(frame).encode()).contains("session.updated", "\"default\""));
            assertThat(code(server.call("POST", "/api/v1/sessions", server.token("ada"), "{\"agent\":\"clerk\"}")))
                    .isEqualTo("not_found");
            try (TestClient other = server.client("ada")) {
                assertThat(other.attachLive(session).getString("agent")).isEqualTo("default");
            }
        }
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            assertThat(tab.attachLive(session(server)).getString("agent")).isEqualTo("default");
        }
    }

    private String session(TestServer server) {
        return new JsonObject(server.call("GET", "/api/v1/sessions", server.token("ada"), null)
                        .body())
                .getJsonArray("sessions")
                .getJsonObject(0)
                .getString("id");
    }

    @Test
    void titles_and_summaries_are_made_by_the_models_that_the_agent_has_for_them() throws Exception {
        write("agents/clerk.yaml", "model: first\nroles: {title: second, summary: second}\n");
        try (TestServer server = start(Map.of("sessions.titles", "model"));
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            String run = tab.send(session, "Who won?").getString("run");
            first.take().answer().text("Ada did.").done();
            tab.awaitEnd(session, run);
            Call title = second.take();
            title.answer().text("The winner").done();
            tab.awaitThat(
                    "a title",
                    () -> tab.events(session).stream()
                            .anyMatch(frame -> event(frame).encode().contains("The winner")));

            server.call(
                    "POST",
                    "/api/v1/sessions/" + session + "/recalls",
                    server.token("ada"),
                    "{\"text\":\"Look again.\",\"context\":\"summary\",\"schedule\":{\"kind\":\"immediate\"}}");
            Call summary = second.take();
            summary.answer().text("Ada won.").done();
            Call answer = first.take();
            answer.answer().text("Still Ada.").done();

            assertThat(title.body().getString("model")).isEqualTo("second-1");
            assertThat(summary.body().encode()).contains("User: Who won?");
            assertThat(answer.body().encode()).contains("Ada won.");
            assertThat(first.calls).hasSize(2);
        }
    }

    @Test
    void a_run_that_resumes_after_a_restart_keeps_the_version_of_its_prompt() throws Exception {
        String session;
        String run;
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            session = create(tab, "clerk");
            run = tab.send(session, "hello").getString("run");
            first.take().answer().tool(0, "call_1", "time", "{}").finish(Finish.TOOLS, 10, 5);
            first.take(); // Not answered before the server stops.
        }
        write("prompts/clerk.md", "You are the new {{agent}}.");
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            tab.attachLive(session);
            Call resumed = first.take();
            resumed.answer().text("done").done();
            tab.awaitEnd(session, run);
            tab.send(session, "again");
            Call next = first.take();
            next.answer().text("done").done();

            assertThat(resumed.body().encode()).contains("You are the old Clerk.");
            assertThat(next.body().encode()).contains("You are the new Clerk.");
        }
    }

    @Test
    void a_model_is_chosen_for_one_message_and_stays_with_it() throws Exception {
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            JsonObject message = new JsonObject().put("session", session).put("text", "hello");

            // When one message waits behind another, and chooses the other model
            String plain = tab.send(session, "first").getString("run");
            Call begun = first.take();
            tab.ask("send", message.copy().put("model", "second"));
            begun.answer().text("one").done();
            tab.awaitEnd(session, plain);
            Call chosen = second.take();
            chosen.answer().text("two").done();
            tab.awaitThat("two runs", () -> ends(tab, session) == 2);
            tab.ask("regenerate", new JsonObject().put("session", session));
            Call again = second.take();
            again.answer().text("three").done();
            tab.awaitThat("three runs", () -> ends(tab, session) == 3);
            JsonArray messages = server.messages(server.token("ada"), session, 4);
            tab.send(session, "last");
            Call last = first.take();
            last.answer().text("four").done();

            assertThat(chosen.body().getString("model")).isEqualTo("second-1");
            assertThat(again.body().getString("model")).isEqualTo("second-1");
            assertThat(last.body().getString("model")).isEqualTo("first-1");
            assertThat(messages.getJsonObject(2).getJsonObject("metadata").getJsonObject("chosen"))
                    .isEqualTo(new JsonObject().put("model", "second"));
        }
    }

    @Test
    void people_choose_only_what_is_meant_for_them() throws Exception {
        write("agents/inner.yaml", "audience: staff\nmodelChoice: false\n");
        write("agents/off.yaml", "enabled: false\n");
        write("models/dear.yaml", "provider: second\nname: dear-1\naudience: staff\n");
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada");
                TestClient staff = TestClient.connect(server.port(), server.token("sam", "staff"))) {
            assertThat(tab.ask("create", new JsonObject().put("agent", "inner")).getString("code"))
                    .isEqualTo("forbidden");
            assertThat(tab.ask("create", new JsonObject().put("agent", "off")).getString("code"))
                    .isEqualTo("forbidden");
            assertThat(tab.ask("create", new JsonObject().put("agent", "none")).getString("code"))
                    .isEqualTo("not_found");
            assertThat(code(server.call("POST", "/api/v1/sessions", server.token("ada"), "{\"agent\":\"inner\"}")))
                    .isEqualTo("forbidden");
            String inner = create(staff, "inner");
            String clerk = create(tab, "clerk");
            String ofStaff = create(staff, "clerk");

            assertThat(sendTo(staff, inner, "first")).isEqualTo("forbidden");
            assertThat(sendTo(tab, clerk, "dear")).isEqualTo("forbidden");
            assertThat(sendTo(tab, clerk, "none")).isEqualTo("bad_request");
            assertThat(sendTo(staff, ofStaff, "dear")).isNull();
            second.take().answer().text("yes").done();
            assertThat(code(server.call(
                            "PATCH", "/api/v1/sessions/" + clerk, server.token("ada"), "{\"agent\":\"inner\"}")))
                    .isEqualTo("forbidden");
        }
    }

    @Test
    void staff_receive_the_prompt_that_is_being_tested_where_the_agent_says_so() throws Exception {
        write("prompts/clerk.md", "---\nstatus: testing\n---\nYou are tested.");
        write("agents/clerk.yaml", "model: first\nprompt: clerk\nstaffTesting: true\n");
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada");
                TestClient staff = TestClient.connect(server.port(), server.token("sam", "staff"))) {
            staff.send(create(staff, "clerk"), "hello");
            Call tested = first.take();
            tested.answer().text("done").done();
            tab.send(create(tab, "clerk"), "hello");
            Call usual = first.take();
            usual.answer().text("done").done();

            assertThat(tested.body().encode()).contains("You are tested.");
            assertThat(usual.body().encode()).doesNotContain("tested").contains("You are a helpful assistant.");
        }
    }

    @Test
    void skills_and_memory_are_those_of_the_files_at_the_moment() throws Exception {
        write("agents/clerk.yaml", "model: first\ntools: [time]\nskills: skills\nmemory: [house.md]\n");
        write("house.md", "We are open from 9 to 5.");
        write("skills/refund.md", "How to refund\nAsk for the number.");
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab, "clerk");
            String run = tab.send(session, "hello").getString("run");
            Call begun = first.take();
            begun.answer()
                    .tool(0, "call_1", "read_skill", "{\"name\":\"refund\"}")
                    .finish(Finish.TOOLS, 10, 5);
            Call read = first.take();
            read.answer().text("done").done();
            tab.awaitEnd(session, run);
            write("house.md", "We are closed.");
            tab.send(session, "again");
            Call next = first.take();
            next.answer().text("done").done();

            assertThat(begun.body().encode()).contains("We are open from 9 to 5.", "- refund: How to refund");
            assertThat(Wire.OPENAI.tools(begun.body())).containsExactly("time", "read_skill");
            assertThat(read.body().encode()).contains("Ask for the number.");
            assertThat(next.body().encode()).contains("We are closed.").doesNotContain("open from 9");
        }
    }

    // --- the world

    private static long ends(TestClient tab, String session) {
        return tab.events(session).stream()
                .filter(frame -> type(frame).equals("RUN_FINISHED"))
                .count();
    }

    private TestServer start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("reload.watch", "false"));
        settings.putAll(more);
        return TestServer.startWithFile(folder.resolve("reprise.yaml"), database, settings);
    }

    private Path key() {
        return folder.resolve("keys/first");
    }

    private static String create(TestClient tab, String agent) {
        String session = tab.ask("create", new JsonObject().put("agent", agent)).getString("session");
        tab.attachLive(session);
        return session;
    }

    /** The code of the error, or null. */
    private static String sendTo(TestClient tab, String session, String model) {
        return tab.ask(
                        "send",
                        new JsonObject()
                                .put("session", session)
                                .put("text", "hello")
                                .put("model", model))
                .getString("code");
    }

    private static void reload(TestServer server) {
        HttpResponse<String> done = server.call("POST", "/api/v1/config/reload", server.token("root", "admin"), null);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }

    private static void change(TestServer server, String method, String path, String body) {
        HttpResponse<String> done =
                server.call(method, "/api/v1" + path, server.token("root", "admin"), body.replace('\'', '"'));
        assertThat(done.statusCode()).as(done.body()).isBetween(200, 204);
    }

    private static String code(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("code");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path other = file.resolveSibling("." + file.getFileName());
        Files.writeString(other, text);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
