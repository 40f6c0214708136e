package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.content.Content;
import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.support.StopSignal;
import io.reprise.testing.FakeCollector;
import io.reprise.testing.FakeCollector.Mood;
import io.reprise.testing.FakeCollector.Seen;
import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole server sends its traces to a collector. */
@Timeout(300)
class TracingIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SECRET = "Where is the pink elephant?";

    @TempDir
    Path folder;

    @Test
    void a_message_with_a_tool_call_is_a_run_with_steps_calls_and_a_link_to_its_request() throws Exception {
        Path headers = Files.writeString(folder.resolve("headers"), "x-key=k1,x-other = o2\n");
        try (FakeCollector collector = FakeCollector.start();
                FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = start(
                        collector,
                        provider,
                        Map.of(
                                "tracing.headers", "file:" + headers,
                                "model.temperature", "0.5",
                                "model.maxTokens", "900"));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            // When a request that belongs to a trace sends a message whose answer needs a tool
            String run = new JsonObject(server.call(
                                    "POST",
                                    "/api/v1/sessions/" + session + "/messages",
                                    server.token("ada"),
                                    new JsonObject().put("text", SECRET).encode(),
                                    Map.of("traceparent", "00-" + TRACE + "-" + CALLER + "-01"))
                            .body())
                    .getString("run");
            Call first = provider.take();
            first.answer().tool(0, "call_1", "time", "{\"zone\":\"UTC\"}").finish(Finish.TOOLS, 10, 5);
            Call second = provider.take();
            second.answer().text("Gone.").finish(Finish.STOP, 20, 3);
            tab.awaitEnd(session, run);

            // Then the request is a child of the caller's span
            Seen request = collector.awaitOne("request", span -> span.name().endsWith("/messages"));
            assertThat(request.name()).isEqualTo("POST /api/v1/sessions/{session}/messages");
            assertThat(request.trace()).isEqualTo(TRACE);
            assertThat(request.parent()).isEqualTo(CALLER);
            assertThat(request.kind()).isEqualTo("SPAN_KIND_SERVER");
            assertThat(request.get("http.response.status_code")).isEqualTo("202");
            assertThat(request.get("reprise.request")).isEqualTo(TRACE);
            // and the run is a trace of its own with a link to it
            Seen invoked = collector.awaitRun(run, 1);
            assertThat(invoked.name()).isEqualTo("invoke_agent default");
            assertThat(invoked.parent()).isEmpty();
            assertThat(invoked.trace()).isNotEqualTo(TRACE);
            assertThat(invoked.links()).containsExactly(request.link());
            assertThat(invoked.attributes())
                    .containsEntry("gen_ai.operation.name", "invoke_agent")
                    .containsEntry("gen_ai.agent.id", "default")
                    .containsEntry("gen_ai.conversation.id", session)
                    .containsEntry("gen_ai.request.model", "small-1")
                    .containsEntry("reprise.outcome", "success");
            assertThat(invoked.failed()).isFalse();
            // and its steps have the calls, of which the provider was told
            List<Seen> steps = collector.spans().stream()
                    .filter(span -> span.name().startsWith("step "))
                    .toList();
            assertThat(steps).extracting(Seen::name).containsExactly("step 1", "step 2");
            assertThat(steps).allMatch(step -> step.isChildOf(invoked));
            List<Seen> chats = collector.spans().stream()
                    .filter(span -> span.name().equals("chat small-1"))
                    .toList();
            assertThat(chats).hasSize(2);
            assertThat(chats.get(0).isChildOf(steps.get(0))).isTrue();
            assertThat(chats.get(1).isChildOf(steps.get(1))).isTrue();
            assertThat(first.headers().get("traceparent"))
                    .isEqualTo("00-" + chats.get(0).link() + "-01");
            assertThat(second.headers().get("traceparent"))
                    .isEqualTo("00-" + chats.get(1).link() + "-01");
            assertThat(chats.get(0).kind()).isEqualTo("SPAN_KIND_CLIENT");
            assertThat(chats.get(0).attributes())
                    .containsEntry("gen_ai.operation.name", "chat")
                    .containsEntry("gen_ai.provider.name", "openai")
                    .containsEntry("gen_ai.usage.input_tokens", "10")
                    .containsEntry("gen_ai.usage.output_tokens", "5")
                    .containsEntry("gen_ai.request.temperature", "0.5")
                    .containsEntry("gen_ai.request.max_tokens", "900")
                    .containsEntry("gen_ai.response.id", "chatcmpl-1")
                    .containsEntry("gen_ai.response.model", "small-1")
                    .containsEntry("gen_ai.response.finish_reasons", "tool_call")
                    .containsEntry("server.address", "127.0.0.1")
                    .containsEntry("server.port", Integer.toString(provider.port()))
                    .containsKey("gen_ai.response.time_to_first_chunk");
            Seen tool = collector.awaitOne("tool", span -> span.name().equals("execute_tool time"));
            assertThat(tool.isChildOf(steps.get(0))).isTrue();
            assertThat(tool.attributes())
                    .containsEntry("gen_ai.operation.name", "execute_tool")
                    .containsEntry("gen_ai.tool.name", "time")
                    .containsKey("gen_ai.tool.call.id");
            // and the collector gets the headers and the service, but no text of anybody
            assertThat(collector.headers()).allSatisfy(sent -> {
                assertThat(sent.getFirst("x-key")).isEqualTo("k1");
                assertThat(sent.getFirst("x-other")).isEqualTo("o2");
            });
            assertThat(collector.resources()).allMatch(resource -> resource.contains("\"reprise\""));
            assertThat(collector.spans().toString()).doesNotContain("elephant", "Gone.", "{\"zone\"");
        }
    }

    @Test
    void a_command_over_a_socket_is_a_child_of_the_clients_span_and_its_id_is_in_each_line_of_its_run() {
        try (FakeCollector collector = FakeCollector.start();
                TestServer server = start(collector, Map.of());
                LogLines log = LogLines.of("io.reprise.agent");
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            JsonObject result = tab.ask(
                    "send",
                    "my-command",
                    new JsonObject()
                            .put("session", session)
                            .put("text", "hello")
                            .put("traceparent", "00-" + TRACE + "-" + CALLER + "-01"));
            String run = result.getString("run");
            tab.awaitEnd(session, run);

            Seen command = collector.awaitOne("command", span -> span.name().equals("command send"));
            assertThat(command.trace()).isEqualTo(TRACE);
            assertThat(command.parent()).isEqualTo(CALLER);
            assertThat(command.get("reprise.request")).isEqualTo("my-command");
            assertThat(command.get("reprise.outcome")).isEqualTo("accepted");
            Seen invoked = collector.awaitRun(run, 1);
            assertThat(invoked.links()).containsExactly(command.link());
            assertThat(invoked.get("reprise.request")).isEqualTo("my-command");
            await().atMost(Patience.LIMIT).until(() -> !log.with("run ended").isEmpty());
            assertThat(log.with("run ended"))
                    .allMatch(line -> line.contains("request=\"my-command\"")
                            && line.contains("trace_id=\"" + invoked.trace() + "\"")
                            && line.contains("span_id=\"" + invoked.id() + "\""));
        }
    }

    @Test
    void a_recall_has_a_trace_of_its_own_with_a_link_to_the_run_that_scheduled_it() {
        try (FakeCollector collector = FakeCollector.start();
                TestServer server = start(collector, Map.of());
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            String asking = tab.send(session, "remind me in 400 ms to stretch").getString("run");
            JsonObject started = tab.await(
                    "recall",
                    frame -> "event".equals(frame.getString("type"))
                            && type(frame).equals("RUN_STARTED")
                            && !event(frame).getString("runId").equals(asking));
            String recalled = event(started).getString("runId");
            tab.awaitEnd(session, recalled);

            Seen scheduling = collector.awaitRun(asking, 1);
            Seen recall = collector.awaitRun(recalled, 1);
            assertThat(recall.trace()).isNotEqualTo(scheduling.trace());
            assertThat(recall.parent()).isEmpty();
            assertThat(recall.links()).containsExactly(scheduling.link());
            assertThat(recall.get("reprise.run.origin")).isEqualTo("recall");
            assertThat(recall.get("reprise.request")).isEqualTo(scheduling.get("reprise.request"));
        }
    }

    @Test
    void a_stopped_run_is_cancelled_and_no_error() {
        try (FakeCollector collector = FakeCollector.start();
                TestServer server = start(collector, Map.of());
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "/stream 100000 20").getString("run");
            tab.await(
                    "text",
                    frame -> "event".equals(frame.getString("type"))
                            && type(frame).equals("TEXT_MESSAGE_CONTENT")
                            && !event(frame).getString("delta", "").startsWith("/stream")); // The model's text.

            tab.ask("stop", new JsonObject().put("session", session).put("run", run));
            tab.awaitEnd(session, run);

            Seen invoked = collector.awaitRun(run, 1);
            assertThat(invoked.get("reprise.outcome")).isEqualTo("cancelled");
            assertThat(invoked.failed()).isFalse();
            assertThat(invoked.attributes()).doesNotContainKey("error.type");
            Seen chat = collector.awaitOne("chat", span -> span.name().startsWith("chat "));
            assertThat(chat.get("reprise.outcome")).isEqualTo("stopped");
            assertThat(chat.failed()).isFalse();
        }
    }

    @Test
    void an_error_is_the_error_type_of_the_call_the_step_and_the_run() {
        try (FakeCollector collector = FakeCollector.start();
                TestServer server = start(collector, Map.of());
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            String run = tab.send(session, "/fail 429").getString("run");
            JsonObject end = tab.awaitEnd(session, run);

            String code = event(end).getString("code");
            Seen invoked = collector.awaitRun(run, 1);
            Seen step = collector.awaitOne("step", span -> span.name().equals("step 1"));
            Seen chat = collector.awaitOne("chat", span -> span.name().startsWith("chat "));
            assertThat(List.of(invoked, step, chat)).allSatisfy(span -> {
                assertThat(span.failed()).isTrue();
                assertThat(span.get("error.type")).isEqualTo(code);
            });
        }
    }

    @Test
    void texts_are_recorded_if_they_are_asked_for_and_cut() throws Exception {
        try (FakeCollector collector = FakeCollector.start();
                FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = start(
                        collector,
                        provider,
                        Map.of(
                                "tracing.content", "true",
                                "tracing.contentCharsMax", "256",
                                "model.systemPrompt", "Be brief."));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, SECRET + " " + "y".repeat(1_000)).getString("run");
            provider.take()
                    .answer()
                    .tool(0, "call_1", "time", "{\"zone\":\"UTC\"}")
                    .finish(Finish.TOOLS, 10, 5);
            provider.take().answer().text("Gone.").finish(Finish.STOP, 20, 3);
            tab.awaitEnd(session, run);
            collector.awaitRun(run, 1);

            List<Seen> chats = collector.spans().stream()
                    .filter(span -> span.name().startsWith("chat "))
                    .toList();
            assertThat(chats.getFirst().get("gen_ai.system_instructions")).contains("Be brief.");
            assertThat(chats.getFirst().get("gen_ai.input.messages"))
                    .startsWith("[{")
                    .endsWith("}]")
                    .contains(SECRET)
                    .hasSizeLessThan(400);
            assertThat(chats.getFirst().get("gen_ai.tool.definitions")).contains("\"time\"");
            assertThat(chats.getLast().get("gen_ai.output.messages")).contains("Gone.");
            Seen tool = collector.awaitOne("tool", span -> span.name().startsWith("execute_tool"));
            assertThat(tool.get("gen_ai.tool.call.arguments")).isEqualTo("{\"zone\":\"UTC\"}");
            assertThat(tool.get("gen_ai.tool.call.result")).isNotBlank();
        }
    }

    @Test
    void a_run_that_goes_on_after_a_restart_links_to_its_request_and_its_earlier_attempt() {
        DatabaseUri database = TestDatabase.fresh();
        try (FakeCollector collector = FakeCollector.start()) {
            Map<String, String> settings = settings(collector, Map.of("checkpoints.store", "postgres"));
            String run;
            try (TestServer server = TestServer.start(database, settings, List.of(new Once()));
                    TestClient tab = server.client("ada")) {
                String session = attached(tab);
                JsonObject message = new JsonObject().put("session", session).put("text", "/tool once {}");
                run = tab.ask("send", "first-life", message).getString("run");
                await().atMost(Patience.LIMIT).until(() -> hasCheckpoint(server, session));
            }
            Seen before = collector.awaitRun(run, 1);
            assertThat(before.get("reprise.outcome")).isEqualTo("suspended");

            try (LogLines log = LogLines.of("io.reprise.agent");
                    TestServer server = TestServer.start(database, settings, List.of(new Once()))) {
                Seen after = collector.awaitRun(run, 2);

                Seen command = collector.awaitOne("command", span -> span.name().equals("command send"));
                assertThat(after.trace()).isEqualTo(before.trace());
                assertThat(after.links()).containsExactly(command.link(), before.link());
                assertThat(after.get("reprise.request")).isEqualTo("first-life");
                assertThat(server.port()).isPositive();
                assertThat(log.with("run ended")).allMatch(line -> line.contains("request=\"first-life\""));
            }
        }
    }

    /** A call that must not be made again, and does not end by itself: a later attempt goes on without its result. */
    private record Once() implements Tool {
        @Override
        public String name() {
            return "once";
        }

        @Override
        public String description() {
            return "Waits.";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\"}";
        }

        @Override
        public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
            stop.await();
            return Content.of("stopped");
        }
    }

    private static boolean hasCheckpoint(TestServer server, String session) {
        String answer = server.call("GET", "/api/v1/sessions/" + session + "/checkpoints", server.token("ada"), null)
                .body();
        return !new JsonObject(answer).getJsonArray("checkpoints").isEmpty();
    }

    @Test
    void a_collector_that_never_answers_costs_spans_and_no_run() {
        try (FakeCollector collector = FakeCollector.start().that(Mood.HANGS)) {
            TestServer server = start(
                    collector,
                    Map.of(
                            "tracing.queueMax", "16",
                            "tracing.timeoutMs", "60000",
                            "tracing.flushMs", "100"));
            try (TestClient tab = server.client("ada")) {
                String session = attached(tab);
                String first = tab.send(session, "hello").getString("run");
                tab.awaitEnd(session, first);
                collector.awaitRequest();

                for (int i = 0; i < 5; i++) {
                    String run = tab.send(session, "/echo again").getString("run");
                    assertThat(type(tab.awaitEnd(session, run))).isEqualTo("RUN_FINISHED");
                }

                await().atMost(Patience.LIMIT)
                        .until(() -> metric(server, "reprise_trace_spans_total{outcome=\"dropped\"}") > 0);
                assertThat(metric(server, "reprise_trace_queue")).isLessThanOrEqualTo(16);
            }
            // Far less than the time that the collector has for an answer.
            org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(50), server::stop);
        }
    }

    @Test
    void a_collector_that_refuses_or_is_away_is_named_once_and_used_again() {
        try (FakeCollector collector = FakeCollector.start().that(Mood.REFUSES);
                LogLines log = LogLines.of("io.reprise.telemetry.otel");
                TestServer server = start(collector, Map.of());
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            tab.awaitEnd(session, tab.send(session, "hello").getString("run"));
            await().atMost(Patience.LIMIT)
                    .until(() -> metric(server, "reprise_trace_spans_total{outcome=\"failed\"}") > 0);

            collector.that(Mood.TAKES);
            String run = tab.send(session, "hello").getString("run");
            tab.awaitEnd(session, run);

            collector.awaitRun(run, 1);
            await().atMost(Patience.LIMIT)
                    .until(() -> !log.with("takes spans again").isEmpty());
            assertThat(log.with("did not take spans")).hasSize(1);
        }
    }

    @Test
    void a_request_that_the_collector_refuses_once_costs_no_span() {
        try (FakeCollector collector = FakeCollector.start();
                LogLines log = LogLines.of("io.reprise.telemetry.otel");
                TestServer server = start(collector, Map.of());
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            collector.that(Mood.REFUSES_ONCE);
            String run = tab.send(session, "hello").getString("run");
            tab.awaitEnd(session, run);

            collector.awaitRun(run, 1);
            collector.awaitOne("step", span -> span.name().equals("step 1"));
            collector.awaitOne("chat", span -> span.name().startsWith("chat "));
            collector.awaitOne("command", span -> span.name().equals("command send"));
            assertThat(metric(server, "reprise_trace_spans_total{outcome=\"failed\"}"))
                    .isZero();
            assertThat(log.with("did not take spans")).isEmpty();
        }
    }

    @Test
    void requests_that_their_sender_does_not_record_and_their_runs_are_not_recorded() {
        try (FakeCollector collector = FakeCollector.start();
                TestServer server = start(collector, Map.of("tracing.sampleRatio", "0"));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String unrecorded = tab.send(session, "hello").getString("run");
            tab.awaitEnd(session, unrecorded);

            String run = tab.ask(
                            "send",
                            "recorded",
                            new JsonObject()
                                    .put("session", session)
                                    .put("text", "hello")
                                    .put("traceparent", "00-" + TRACE + "-" + CALLER + "-01"))
                    .getString("run");
            tab.awaitEnd(session, run);

            collector.awaitRun(run, 1);
            assertThat(collector.spans())
                    .noneMatch(span -> unrecorded.equals(span.get("reprise.run")))
                    .filteredOn(span -> span.name().startsWith("command"))
                    .hasSize(1);
        }
    }

    @Test
    void nothing_is_sent_and_no_class_of_the_library_is_loaded_while_traces_are_off() {
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", TestDatabase.fresh().reveal());
        try (FakeCollector collector = FakeCollector.start();
                ServerProcess server = ServerProcess.start(with(settings, "tracing.endpoint", collector.url()));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            tab.awaitEnd(session, tab.send(session, "/tool time {}").getString("run"));

            assertThat(server.loadedClasses())
                    .contains("io.reprise.agent.loop.CallSpans")
                    .doesNotContain("io.opentelemetry", "io.reprise.telemetry.otel");
            assertThat(collector.headers()).isEmpty();
        }
    }

    private static double metric(TestServer server, String name) {
        String text = server.call("GET", "/metrics", null, null).body();
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    private static TestServer start(FakeCollector collector, Map<String, String> more) {
        return TestServer.start(settings(collector, more));
    }

    private static TestServer start(FakeCollector collector, FakeProvider provider, Map<String, String> more) {
        return start(collector, provider.wire.settings(provider.url(), more));
    }

    private static Map<String, String> settings(FakeCollector collector, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(collector.settings());
        all.putAll(more);
        return all;
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        settings.put(key, value);
        return settings;
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }
}
