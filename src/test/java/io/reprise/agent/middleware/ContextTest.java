package io.reprise.agent.middleware;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static io.reprise.agent.middleware.MiddlewareWorld.last;
import static io.reprise.agent.middleware.MiddlewareWorld.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.log.LogEvent.ContextCleared;
import io.reprise.message.log.LogEvent.ContextSummarised;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelRequest.ToolSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a model is shown of a long conversation, and of many tools. */
@Timeout(300)
class ContextTest {
    private final MiddlewareWorld world = new MiddlewareWorld();
    private final AtomicInteger made = new AtomicInteger();

    private void look() {
        world.tools.add(
                new ScriptedTool("look", (call, stop) -> "result " + made.incrementAndGet() + " " + "x".repeat(400)));
    }

    private static ScriptedModel rounds(int rounds) {
        ScriptedModel.Turn[] turns = new ScriptedModel.Turn[rounds + 1];
        Arrays.fill(turns, calls("look {}", "look {}"));
        turns[rounds] = says("done");
        return new ScriptedModel(turns);
    }

    /** Providers refuse a result without its call, and a call without its result. */
    private static void assertPaired(ModelRequest request) {
        Set<String> open = new HashSet<>();
        for (ModelMessage message : request.messages()) {
            if (message instanceof ToolOutcome outcome) {
                assertThat(open.remove(outcome.id()))
                        .as("the call of %s", outcome)
                        .isTrue();
            } else {
                assertThat(open).as("calls without results").isEmpty();
            }
            if (message instanceof Assistant turn)
                turn.calls().stream().map(ToolRequest::id).forEach(open::add);
        }
        assertThat(open).isEmpty();
    }

    @Test
    void a_long_conversation_is_summarised_and_the_next_run_begins_with_the_summary() {
        world.summary = new ScriptedModel(says("They greeted each other."));
        world.with("summarisation", "atMessages", 7, "keepMessages", 2);
        for (int i = 1; i <= 3; i++) world.run(new ScriptedModel(says("hello " + i)), "hi " + i);
        ScriptedModel model = new ScriptedModel(says("fine"));

        world.run(model, "how are you?");

        assertThat(world.custom(ContextSummarised.class)).singleElement().satisfies(made -> {
            assertThat(made.text()).isEqualTo("They greeted each other.");
            assertThat(made.compact()).isTrue();
        });
        assertThat(texts(last(model)))
                .containsExactly(
                        "This conversation began earlier. Summary of that part:\n\nThey greeted each other.",
                        "hi 3",
                        "hello 3",
                        "how are you?");

        ScriptedModel next = new ScriptedModel(says("bye"));
        world.run(next, "and now?");

        assertThat(texts(last(next)))
                .containsExactly(
                        "This conversation began earlier. Summary of that part:\n\nThey greeted each other.",
                        "hi 3",
                        "hello 3",
                        "how are you?",
                        "fine",
                        "and now?");
    }

    @Test
    void a_run_of_many_rounds_is_summarised_between_its_steps_and_calls_stay_with_their_results() {
        look();
        world.summary = new ScriptedModel(says("It looked."));
        ScriptedModel model = rounds(12);

        RunEnd end =
                world.with("summarisation", "atMessages", 12, "keepMessages", 4).run(model, "go");

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(world.custom(ContextSummarised.class)).hasSizeGreaterThan(1);
        assertThat(model.requests).hasSize(13).allSatisfy(request -> {
            assertPaired(request);
            assertThat(request.messages()).hasSizeLessThanOrEqualTo(13);
        });
        // The second summary knows what the first one said.
        assertThat(((User) ((ScriptedModel) world.summary)
                                .requests
                                .getLast()
                                .messages()
                                .getFirst())
                        .content()
                        .text())
                .contains("Summary of what was said before: It looked.");
    }

    @Test
    void a_sub_agent_of_many_rounds_sees_its_task_a_summary_of_its_work_and_its_newest_turns() {
        look();
        world.summary = new ScriptedModel(says("It looked."));
        ScriptedModel helper = rounds(12);
        world.helper = helper;
        ScriptedModel outer = new ScriptedModel(calls("agent_helper {\"task\":\"look it up\"}"), says("thanks"));

        RunEnd end =
                world.with("summarisation", "atMessages", 12, "keepMessages", 4).run(outer, "go");

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(helper.requests).hasSize(13).allSatisfy(request -> {
            assertPaired(request);
            assertThat(request.messages()).hasSizeLessThanOrEqualTo(13);
            assertThat(request.messages().getFirst()).isEqualTo(new User("look it up"));
        });
        assertThat(((User) helper.requests.getLast().messages().get(1))
                        .content()
                        .text())
                .contains("Summary of what you did:\n\nIt looked.");
        assertThat(outcomes(outer.requests.getLast())).containsExactly("done");
        assertThat(world.custom(ContextSummarised.class))
                .as("of the conversation")
                .isEmpty();
    }

    @Test
    void a_run_that_was_summarised_sees_the_same_after_a_restart() {
        look();
        world.summary = new ScriptedModel(says("It looked."));
        ScriptedModel.Turn[] turns = new ScriptedModel.Turn[9];
        Arrays.fill(turns, calls("look {}"));
        List<List<ModelMessage>> seen = new ArrayList<>();
        turns[8] = (sink, stop) -> {
            throw new IllegalStateException("killed");
        };
        ScriptedModel first = new ScriptedModel(turns);
        world.with("summarisation", "atMessages", 8, "keepMessages", 2).run(first, "go");
        seen.add(last(first).messages());
        ScriptedModel again = new ScriptedModel(says("done"));

        world.resume(again);

        assertThat(world.custom(ContextSummarised.class)).isNotEmpty();
        assertThat(last(again).messages()).isEqualTo(seen.getFirst());
    }

    @Test
    void a_chat_is_summarised_at_once_without_any_middleware() {
        world.summary = new ScriptedModel(says("They greeted each other."));
        for (int i = 1; i <= 3; i++) world.run(new ScriptedModel(says("hello " + i)), "hi " + i);
        ScriptedModel unasked = new ScriptedModel(says("never"));

        RunEnd made = world.compact(unasked);
        ScriptedModel next = new ScriptedModel(says("bye"));
        world.run(next, "and now?");

        assertThat(made).isInstanceOf(RunEnd.Finished.class);
        assertThat(unasked.requests).isEmpty();
        assertThat(texts(last(next)))
                .containsExactly(
                        "This conversation began earlier. Summary of that part:\n\nThey greeted each other.",
                        "hi 3",
                        "hello 3",
                        "and now?");
    }

    @Test
    void a_chat_with_nothing_to_summarise_says_so() {
        world.run(new ScriptedModel(says("hello")), "hi");

        RunEnd end = world.compact(new ScriptedModel(says("never")));

        assertThat(MiddlewareWorld.failure(end).message())
                .isEqualTo("There is nothing to summarise, or no summary could be made.");
    }

    @Test
    void a_summary_that_fails_changes_nothing() {
        world.summary = new ScriptedModel((sink, stop) -> {
            throw ModelFailure.modelError("no");
        });
        world.with("summarisation", "atMessages", 4, "keepMessages", 1);
        for (int i = 1; i <= 3; i++) world.run(new ScriptedModel(says("hello " + i)), "hi " + i);
        ScriptedModel model = new ScriptedModel(says("fine"));

        RunEnd end = world.run(model, "how are you?");

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(last(model).messages()).hasSize(7);
        assertThat(world.custom(ContextSummarised.class)).isEmpty();
    }

    @Test
    void old_results_are_cleared_in_sixty_rounds_and_the_log_keeps_them() {
        look();
        world.limits.stepsMax = 100;
        ScriptedModel model = rounds(60);

        RunEnd end = world.with("context-editing", "atTokens", 1_000).run(model, "go");

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.requests).hasSize(61).allSatisfy(ContextTest::assertPaired);
        // Uncleared, the results alone would be 120 of more than 400 characters.
        assertThat(model.requests)
                .allSatisfy(request ->
                        assertThat(String.join("", outcomes(request))).hasSizeLessThan(6_000));
        List<String> shown = outcomes(last(model));
        assertThat(shown).hasSize(120);
        assertThat(shown.subList(0, 100)).containsOnly("[cleared]");
        assertThat(shown.subList(117, 120)).noneMatch("[cleared]"::equals);
        assertThat(world.results()).hasSize(120).noneMatch("[cleared]"::equals);
        assertThat(world.custom(ContextCleared.class))
                .isNotEmpty()
                .allSatisfy(cleared -> assertThat(cleared.after()).isLessThan(cleared.before()));
    }

    @Test
    void what_was_cleared_stays_cleared_after_a_restart() {
        look();
        world.with("context-editing", "atTokens", 200, "keep", 1);
        world.run(
                new ScriptedModel(calls("look {}"), calls("look {}"), (sink, stop) -> {
                    throw new IllegalStateException("killed");
                }),
                "go");
        ScriptedModel again = new ScriptedModel(calls("look {}"), says("done"));

        world.resume(again);

        assertThat(outcomes(again.requests.getFirst()).getFirst()).isEqualTo("[cleared]");
        assertThat(outcomes(last(again)).subList(0, 2)).containsOnly("[cleared]");
    }

    @Test
    void some_tools_are_never_cleared_and_too_little_is_not_worth_it() {
        look();
        world.named("few", "context-editing", "atTokens", 100, "keep", 0, "clearAtLeast", 100_000)
                .named("other", "context-editing", "atTokens", 100, "keep", 0, "except", List.of("lo*"));
        ScriptedModel model = rounds(2);

        world.run(model, "go");

        assertThat(outcomes(last(model))).noneMatch("[cleared]"::equals);
    }

    @Test
    void the_model_writes_a_list_of_what_is_to_do_which_survives_a_restart() {
        String list = "{\"todos\":[{\"content\":\"Buy milk\",\"status\":\"in_progress\"}]}";
        world.with("todo-list");
        world.run(
                new ScriptedModel(calls("write_todos " + list), calls("write_todos {\"todos\":[{}]}"), (sink, stop) -> {
                    throw new IllegalStateException("killed");
                }),
                "go");
        ScriptedModel again = new ScriptedModel(says("done"));
        world.resume(again);

        assertThat(world.results())
                .containsExactly(
                        "The list is now:\n- [in_progress] Buy milk",
                        "Error: Each item has `content` of at most 500 characters and `status`.");
        assertThat(last(again).tools()).extracting(ToolSpec::name).containsExactly("write_todos");
        assertThat(last(again).prompt()).contains("write_todos").doesNotContain("Buy milk");
        assertThat(world.kept.all.values())
                .allSatisfy(checkpoint -> assertThat(checkpoint.states().getOrDefault("m0", "- [in_progress] Buy milk"))
                        .isEqualTo("- [in_progress] Buy milk"));
    }

    @Test
    void two_lists_in_one_turn_are_both_refused() {
        String list = "{\"todos\":[]}";
        ScriptedModel model = new ScriptedModel(calls("write_todos " + list, "write_todos " + list), says("ok"));

        world.with("todo-list").run(model, "go");

        assertThat(outcomes(last(model))).hasSize(2).allMatch(text -> text.startsWith("Error: write the list once"));
    }

    @Test
    void a_model_chooses_which_tools_are_offered() {
        for (String name : List.of("mail", "map", "clock", "help")) {
            world.tools.add(new ScriptedTool(name, (call, stop) -> name));
        }
        ScriptedModel choosing = new ScriptedModel(says("map\nunknown\nclock\nmail"));
        world.models.put("small", choosing);
        ScriptedModel model = new ScriptedModel(calls("map {}"), says("there"));

        world.with("tool-selection", "model", "small", "toolsMax", 2, "always", List.of("help"))
                .run(model, "where?");

        assertThat(choosing.requests).as("once for the message").hasSize(1);
        assertThat(choosing.requests.getFirst().prompt())
                .contains("mail: for tests")
                .doesNotContain("help:");
        assertThat(model.requests)
                .allSatisfy(request ->
                        assertThat(request.tools()).extracting(ToolSpec::name).containsExactly("map", "clock", "help"));
    }

    @Test
    void all_tools_are_offered_if_choosing_fails() {
        for (String name : List.of("a", "b", "c")) world.tools.add(new ScriptedTool(name, (call, stop) -> name));
        world.models.put("small", new ScriptedModel((sink, stop) -> {
            throw ModelFailure.modelError("no");
        }));
        ScriptedModel model = new ScriptedModel(says("ok"));

        world.with("tool-selection", "model", "small", "toolsMax", 1).run(model, "go");

        assertThat(last(model).tools()).hasSize(3);
    }

    private static List<String> texts(ModelRequest request) {
        return request.messages().stream()
                .map(message -> switch (message) {
                    case User user -> user.content().text();
                    case Assistant turn -> turn.text();
                    case ToolOutcome outcome -> outcome.content().text();
                })
                .toList();
    }
}
