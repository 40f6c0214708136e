package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.CheckpointJson;
import io.reprise.config.InterruptSettings;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.testing.Seed;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolTraits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that resume after the death of their process. */
@Timeout(300)
class AgentResumeTest extends AgentResumeBench {
    private static final int WORLDS = Integer.getInteger("test.seeds", 200);

    @Test
    void a_call_that_may_have_been_made_is_not_made_again_unless_it_is_idempotent() {
        tools.add(tool("once", call -> "1"));
        tools.add(idempotent("often", call -> "2"));
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        ScriptedModel model = new ScriptedModel(calls("once {}", "often {}"), says("done"));
        run(model, dying, begin());
        events.clear();
        made.clear();

        RunEnd end = run(model, new Owner(), again(dying));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).hasSize(1);
        assertThat(events.getFirst()).isEqualTo(new StepStarted("step 1"));
        assertThat(model.outcomes()).containsExactly(UNKNOWN, "2");
        assertThat(results()).containsExactlyInAnyOrder(UNKNOWN, "2");
    }

    /** Results need no checkpoint: they are in the log, and are not superseded there. */
    @Test
    void a_tool_call_with_a_result_in_the_log_is_not_repeated() {
        CountDownLatch first = new CountDownLatch(1);
        tools.add(tool("once", call -> "1"));
        tools.add(new ScriptedTool("late", (call, stop) -> {
            first.await();
            return "2";
        }));
        Owner dying = new Owner() {
            @Override
            public void emit(LogEvent event) {
                if (event instanceof ToolCallResult && first.getCount() == 0) throw new IllegalStateException("dead");
                super.emit(event);
                if (event instanceof ToolCallResult) first.countDown();
            }
        };
        ScriptedModel model = new ScriptedModel(calls("once {}", "late {}"), says("done"));
        run(model, dying, begin());
        made.clear();

        RunEnd end = run(model, new Owner(), again(dying));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(made).isEmpty();
        assertThat(model.outcomes()).containsExactly("1", UNKNOWN);
    }

    /**
     * As the first versions saved them, with a copy of the conversation: runs may still wait for decisions since then.
     */
    @Test
    void a_run_resumes_from_a_checkpoint_of_an_earlier_version() {
        interrupts = new InterruptSettings(List.of("once"), 60, 8);
        tools.add(tool("once", call -> "made"));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("done"));
        QuietOwner asking = new Owner();
        List<Ask> asks = ((RunEnd.Interrupted) run(model, asking, begin())).asks();
        Checkpoint now = kept.all.get(asking.kept.getLast().checkpoint());
        String call = asks.getFirst().toolCall();
        kept.all.put(now.id(), CheckpointJson.read("""
                {"session":"s1","run":"r1","id":"%s","seq":%d,"step":1,"context":[{"type":"user","text":"hello"},
                {"type":"assistant","text":"","calls":[{"id":"%s","name":"once","arguments":"{}"}],"thoughts":null}],
                "calls":[{"request":{"id":"%s","name":"once","arguments":"{}"},"cleared":false,"outcome":null}],
                "usage":[],"elapsedMs":9}""".formatted(now.id(), now.seq(), call, call)
                .getBytes(StandardCharsets.UTF_8)));

        RunEnd end = run(
                model,
                new Owner(),
                resuming(asking, asks, List.of(new Resolution(Decision.APPROVE, null, null, "me", 1))));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.outcomes()).containsExactly("made");
    }

    @Test
    void usage_steps_and_time_continue_from_the_checkpoint() {
        limits.stepsMax = 5;
        tools.add(idempotent("often", call -> "2"));
        ScriptedModel model = new ScriptedModel(calls("often {}"));
        QuietOwner dying = dyingAt(owner -> owner.kept.size() == 3);
        run(model, dying, begin());
        Checkpoint last = kept.all.get(dying.kept.getLast().checkpoint());
        assertThat(last.step()).isEqualTo(3);
        kept.save(new Checkpoint(
                session, "r1", last.id(), last.seq(), 3, last.start(), last.calls(), last.usage(), 7_000));
        QuietOwner owner = new Owner();

        RunEnd end = run(model, owner, again(dying));

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.STEP_LIMIT);
        assertThat(model.requests).hasSize(5);
        assertThat(owner.tookBeforeMs).isEqualTo(7_000);
        assertThat(kept.all.get(owner.kept.getLast().checkpoint()).usage())
                .containsExactly(LogEvent.TokenUsage.of("test", "scripted", 50, 5));
    }

    @Test
    void a_complete_answer_is_not_generated_again() {
        tools.add(tool("once", call -> "1"));
        ScriptedModel model = new ScriptedModel(calls("once {}"), says("a"));
        run(model, new Owner(), begin());
        String last = List.copyOf(kept.all.keySet()).getLast();
        long end = log.head(session);
        events.clear();

        RunEnd again = run(model, new Owner(), again(last, end));

        assertThat(again).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.requests).hasSize(2);
        assertThat(events).isEmpty();
    }

    /** Wherever the process dies, repeatedly: nothing is done twice, and the model sees the same as without crashes. */
    @Test
    void a_run_that_crashes_at_any_point_ends_with_the_same_result() {
        Random random = Seed.random("AgentResumeTest");
        tools.add(tool("once", call -> "1"));
        tools.add(idempotent("often", call -> "2"));
        for (int world = 0; world < WORLDS; world++) {
            made.clear();
            RoundsModel model = new RoundsModel(1 + random.nextInt(4), random.nextInt(1_000));
            anew("whole" + world);
            List<String> whole = shape(uncut(model));
            anew("cut" + world);
            RunRequest request = begin();
            List<ModelMessage> last = null;
            for (int attempt = 2; last == null; attempt++) {
                DyingOwner owner = new DyingOwner(random.nextInt(40), random.nextBoolean());
                RoundsModel next = new RoundsModel(model.rounds, model.salt);
                RunEnd end = run(next, owner, request);
                if (!owner.isDead) {
                    assertThat(end).isInstanceOf(RunEnd.Finished.class);
                    last = next.requests.getLast();
                }
                long from = owner.kept.isEmpty()
                        ? request.head()
                        : owner.kept.getLast().seq();
                Resume resume = owner.kept.isEmpty()
                        ? request.resume()
                        : Resume.from(owner.kept.getLast().checkpoint());
                request = restarted("r1", attempt, from, resume);
            }
            made.forEach((call, times) -> assertThat(times.get())
                    .as("calls of %s", call)
                    .isLessThanOrEqualTo(call.startsWith("once") ? 1 : Integer.MAX_VALUE));
            assertThat(withoutUnknown(shape(last), whole)).isEqualTo(whole);
        }
    }

    private List<ModelMessage> uncut(RoundsModel model) {
        RoundsModel same = new RoundsModel(model.rounds, model.salt);
        run(same, new Owner(), begin());
        return same.requests.getLast();
    }

    private Tool idempotent(String name, Function<ToolCall, String> work) {
        Tool tool = tool(name, work);
        return new Tool() {
            @Override
            public String name() {
                return tool.name();
            }

            @Override
            public String description() {
                return tool.description();
            }

            @Override
            public String schema() {
                return tool.schema();
            }

            @Override
            public ToolTraits traits() {
                return ToolTraits.READS;
            }

            @Override
            public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
                return tool.call(call, stop);
            }
        };
    }

    /** Makes some rounds of calls and then answers, based only on the messages that it is given. */
    private static final class RoundsModel implements ChatModel {
        final List<List<ModelMessage>> requests = new CopyOnWriteArrayList<>();
        final int rounds;
        final int salt;

        RoundsModel(int rounds, int salt) {
            this.rounds = rounds;
            this.salt = salt;
        }

        @Override
        public String provider() {
            return "test";
        }

        @Override
        public String name() {
            return "rounds";
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
            requests.add(List.copyOf(request.messages()));
            int round = (int) request.messages().stream()
                    .filter(Assistant.class::isInstance)
                    .count();
            if (round >= rounds) {
                sink.text("done");
                return new ModelTurn(1, 1);
            }
            int calls = 1 + (salt + round) % 3;
            for (int i = 0; i < calls; i++) {
                sink.toolCallStart(i, (salt + i) % 2 == 0 ? "once" : "often");
                sink.toolCallArguments(i, "{\"round\":" + round + "}");
                sink.toolCallEnd(i);
            }
            return new ModelTurn(1, calls);
        }
    }

    private static List<String> shape(List<ModelMessage> messages) {
        return messages.stream()
                .filter(message ->
                        !(message instanceof Assistant said && said.text().equals("done")))
                .map(message -> switch (message) {
                    case ModelMessage.User said -> "user " + said.content().text();
                    case Assistant said ->
                        "assistant " + said.text()
                                + said.calls().stream()
                                        .map(call -> call.name() + call.arguments())
                                        .toList();
                    case ToolOutcome outcome ->
                        outcome.name() + " " + outcome.content().text();
                })
                .toList();
    }

    /** An unknown outcome counts as the actual one. */
    private static List<String> withoutUnknown(List<String> shape, List<String> whole) {
        assertThat(shape).as("%s", shape).hasSameSizeAs(whole);
        return IntStream.range(0, shape.size())
                .mapToObj(i -> shape.get(i).equals("once " + UNKNOWN) ? whole.get(i) : shape.get(i))
                .toList();
    }
}
