package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.agent.link.RunEvents;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallArgs;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.support.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the model of a run is given. */
@Timeout(300)
class AgentLoopContextTest extends AgentLoopBench {
    @Test
    void a_model_is_told_that_a_message_is_a_recall_that_is_due() {
        log.append("s1", "r2", new LogEvent.RunStarted("s1", "r2", new LogEvent.RunMetadata("recall", "rc_1")));
        log.append(
                "s1", "r2", new LogEvent.TextStart("u2", Role.USER, LogEvent.MessageMetadata.ofRecall("rc_1", "me")));
        log.append("s1", "r2", new LogEvent.TextContent("u2", "stretch"));
        head = log.append("s1", "r2", new LogEvent.TextEnd("u2"));
        ScriptedModel model = new ScriptedModel(says("hi"));

        run(model);

        assertThat(model.requests.getFirst().messages()).containsExactly(new User("hello"), User.ofRecall("stretch"));
    }

    @Test
    void the_models_context_is_the_conversation_in_the_form_that_models_take() {
        // Given: a run with reasoning, two calls without text and an answer; then a message.
        log.append("s1", "r1", new LogEvent.ReasoningMessageStart("m1"));
        log.append("s1", "r1", new LogEvent.ReasoningContent("m1", "hm"));
        log.append("s1", "r1", new LogEvent.ReasoningMessageEnd("m1"));
        for (String id : List.of("t1", "t2")) {
            log.append("s1", "r1", new ToolCallStart(id, "add", null));
            log.append("s1", "r1", new ToolCallArgs(id, "{}"));
            log.append("s1", "r1", new LogEvent.ToolCallEnd(id));
        }
        log.append("s1", "r1", ToolCallResult.of("m3", "t2", "two"));
        log.append("s1", "r1", ToolCallResult.of("m4", "t1", "one"));
        log.append("s1", "r1", new LogEvent.TextStart("m5", Role.ASSISTANT, null));
        log.append("s1", "r1", new LogEvent.TextContent("m5", "three"));
        log.append("s1", "r1", new LogEvent.TextEnd("m5"));
        head = log.userSays("s1", "r2", "and now?");
        ScriptedModel model = new ScriptedModel(says("four"));

        run(model);

        List<ToolRequest> both = List.of(new ToolRequest("t1", "add", "{}"), new ToolRequest("t2", "add", "{}"));
        assertThat(model.requests.getFirst().messages())
                .containsExactly(
                        new User("hello"),
                        new Assistant("", both),
                        new ToolOutcome("t1", "add", "one"),
                        new ToolOutcome("t2", "add", "two"),
                        new Assistant("three", List.of()),
                        new User("and now?"));
    }

    @Test
    void the_log_gives_the_next_run_the_context_that_a_steered_run_had() {
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        ScriptedModel steered = new ScriptedModel(calls("look {}"), says("done"));
        RunEvents owner = new QuietOwner(event -> head = log.append("s1", "r1", event)) {
            @Override
            public List<SteeredMessage> steering() {
                emit(new LogEvent.TextStart("m9", Role.USER, null));
                emit(new LogEvent.TextContent("m9", "left"));
                emit(new LogEvent.TextEnd("m9"));
                return List.of(new SteeredMessage("m9", "left"));
            }
        };
        loop(steered, owner).run();
        head = log.userSays("s1", "r2", "and now?");
        ScriptedModel next = new ScriptedModel(says("four"));

        run(next);

        List<ModelMessage> before = new ArrayList<>(steered.requests.get(1).messages());
        before.add(new Assistant("done", List.of()));
        before.add(new User("and now?"));
        assertThat(next.requests.getFirst().messages()).isEqualTo(before);
    }

    /**
     * Symptom: data that a provider expects back was lost after the run, and every later turn failed. Cause: it was in
     * memory only.
     */
    @Test
    void provider_data_is_in_the_log_for_the_next_run() {
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        List<ModelRequest> requests = new ArrayList<>();
        ChatModel model = model((request, sink) -> {
            requests.add(request);
            if (requests.size() > 1) {
                sink.text("done");
                return new ModelTurn(null, null);
            }
            sink.reasoning("First ");
            sink.text("Let me see.");
            sink.reasoning("second.");
            sink.text("Now.");
            sink.toolCallStart(0, "look");
            sink.toolCallStart(1, "look");
            return new ModelTurn(ModelUsage.UNKNOWN, "of the turn", Map.of(1, "of a call"));
        });
        loop(model, new QuietOwner(event -> head = log.append("s1", "r1", event)))
                .run();
        head = log.userSays("s1", "r2", "and now?");

        run(model);

        List<ModelMessage> within = requests.get(1).messages();
        Assistant turn = (Assistant) within.get(1);
        assertThat(turn.texts()).containsExactly("Let me see.", "Now.");
        assertThat(turn.kept()).isEqualTo(new Kept("First second.", "of the turn"));
        assertThat(turn.calls()).extracting(ToolRequest::state).containsExactly(null, "of a call");
        assertThat(requests.get(2).messages().subList(0, within.size())).isEqualTo(within);
    }

    @Test
    void provider_data_above_the_limit_is_only_sent_back_within_the_run() {
        limits.stateBytesMax = 10;
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        List<ModelRequest> requests = new ArrayList<>();
        ChatModel model = model((request, sink) -> {
            requests.add(request);
            if (requests.size() > 1) {
                sink.text("done");
                return new ModelTurn(null, null);
            }
            sink.toolCallStart(0, "look");
            return new ModelTurn(ModelUsage.UNKNOWN, "five5", Map.of(0, "sixsix"));
        });

        loop(model, new QuietOwner(events::add)).run();

        Assistant turn = (Assistant) requests.get(1).messages().get(1);
        assertThat(turn.kept().state()).isEqualTo("five5");
        assertThat(turn.calls().getFirst().state()).isEqualTo("sixsix");
        assertThat(events).noneMatch(LogEvent.ReasoningEncryptedValue.class::isInstance);
    }

    private static ChatModel model(BiFunction<ModelRequest, ModelSink, ModelTurn> turns) {
        return new ChatModel() {
            @Override
            public String provider() {
                return "test";
            }

            @Override
            public String name() {
                return "state";
            }

            @Override
            public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
                return turns.apply(request, sink);
            }
        };
    }

    @Test
    void a_steering_message_reaches_the_model_after_the_tool_results() {
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        ScriptedModel model = new ScriptedModel(calls("look"), calls("look"), says("done"));
        List<List<SteeredMessage>> waiting = new ArrayList<>(
                List.of(List.of(new SteeredMessage("m1", "left"), new SteeredMessage("m2", "fast")), List.of()));
        RunEvents owner = new QuietOwner(events::add) {
            @Override
            public List<SteeredMessage> steering() {
                return waiting.removeFirst();
            }
        };

        loop(model, owner).run();

        assertThat(waiting).as("it asks before every call but the first").isEmpty();
        List<ModelMessage> second = model.requests.get(1).messages();
        assertThat(second.subList(second.size() - 2, second.size()))
                .containsExactly(new ModelMessage.User("left"), new ModelMessage.User("fast"));
        assertThat(second.get(second.size() - 3)).isInstanceOf(ModelMessage.ToolOutcome.class);
        assertThat(model.requests.get(2).messages()).startsWith(second.toArray(ModelMessage[]::new));
    }

    /** Symptom: reminders were interpreted in UTC. Cause: the zone of the user was not passed on to tools. */
    @Test
    void tools_and_the_model_are_told_the_zone_of_the_newest_message_that_names_one() {
        List<String> zones = new ArrayList<>();
        tools.add(new ScriptedTool("look", (call, own) -> {
            zones.add(call.zone());
            return "nothing";
        }));
        ScriptedModel model = new ScriptedModel(calls("look"), calls("look"), says("done"));
        LogEvent.MessageMetadata inTokyo = new LogEvent.MessageMetadata("c", "me", "Asia/Tokyo");
        log.append("s1", "r1", new LogEvent.TextStart("u2", Role.USER, inTokyo));
        log.append("s1", "r1", new LogEvent.TextContent("u2", "hi"));
        log.append("s1", "r1", new LogEvent.TextEnd("u2"));
        head = log.userSays("s1", "r2", "a message that names none");
        List<List<SteeredMessage>> waiting = new ArrayList<>(
                List.of(List.of(new SteeredMessage("m1", Content.of("left"), "Europe/Berlin")), List.of()));
        RunEvents owner = new QuietOwner(events::add) {
            @Override
            public List<SteeredMessage> steering() {
                return waiting.removeFirst();
            }
        };

        loop(model, owner).run();

        assertThat(zones).containsExactly("Asia/Tokyo", "Europe/Berlin");
        assertThat(model.requests)
                .extracting(ModelRequest::zone)
                .containsExactly("Asia/Tokyo", "Europe/Berlin", "Europe/Berlin");
    }
}
