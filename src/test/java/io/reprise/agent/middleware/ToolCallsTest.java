package io.reprise.agent.middleware;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static io.reprise.agent.middleware.MiddlewareWorld.last;
import static io.reprise.agent.middleware.MiddlewareWorld.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.agent.middleware.call.ToolCache;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.content.Content;
import io.reprise.model.ModelMessage.User;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolTraits;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Middleware around calls of tools. */
@Timeout(300)
class ToolCallsTest {
    private final MiddlewareWorld world = new MiddlewareWorld();
    private final AtomicInteger made = new AtomicInteger();

    private final class Reading implements Tool {
        private final String name;
        private final boolean isReadOnly;

        Reading(String name, boolean isReadOnly) {
            this.name = name;
            this.isReadOnly = isReadOnly;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\"}";
        }

        @Override
        public ToolTraits traits() {
            return isReadOnly ? ToolTraits.READS : ToolTraits.WRITES_ONCE;
        }

        @Override
        public Content call(ToolCall call, StopSignal stop) {
            return Content.of(name + " " + made.incrementAndGet());
        }
    }

    @Test
    void a_result_is_kept_for_its_time_and_one_of_a_write_never() {
        world.tools.add(new Reading("read", true));
        world.tools.add(new Reading("write", false));
        ScriptedModel model = new ScriptedModel(
                calls("read {\"a\":1,\"b\":2}"),
                calls("read {\"b\":2,\"a\":1}"),
                calls("read {\"a\":2}"),
                calls("write {}"),
                calls("write {}"),
                says("ok"));

        world.with("tool-cache", "ttl", List.of("*=60")).run(model, "go");

        assertThat(outcomes(last(model))).containsExactly("read 1", "read 1", "read 2", "write 3", "write 4");
    }

    @Test
    void results_expire_and_belong_to_one_user() throws Exception {
        AtomicLong now = new AtomicLong();
        ToolCache cache = new ToolCache(now::get);
        ToolCache.Settings settings =
                new ToolCache.Settings(List.of(new ToolCache.Rule(new ToolNames(List.of("read")), 10)));
        Tool read = new Reading("read", true);

        String first = asked(cache, settings, read, "ada");
        String again = asked(cache, settings, read, "ada");
        String other = asked(cache, settings, read, "eve");
        now.set(10_001);
        String later = asked(cache, settings, read, "ada");

        assertThat(List.of(first, again, other, later)).containsExactly("read 1", "read 1", "read 2", "read 3");
    }

    private static String asked(ToolCache cache, ToolCache.Settings settings, Tool tool, String user)
            throws InterruptedException {
        MiddlewareSetup setup = new MiddlewareSetup(
                "m",
                new MiddlewareSetup.Owner("s1", "r1", user, null),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return cache.build(settings, setup)
                .aroundTool(
                        new Middleware.ToolInput(tool, new ToolCall("t1", "s1", user, "{}")),
                        input -> Middleware.ToolAnswer.ok(input.tool().call(input.call(), new StopSignal())))
                .content()
                .text();
    }

    @Test
    void a_model_plays_a_tool_which_is_not_called() {
        world.tools.add(new ScriptedTool("weather", (call, stop) -> "real " + made.incrementAndGet()));
        ScriptedModel playing = new ScriptedModel(says("sunny"));
        world.models.put("small", playing);
        ScriptedModel model = new ScriptedModel(calls("weather {\"city\":\"Lisbon\"}"), says("ok"));

        world.with("tool-emulator", "model", "small").run(model, "go");

        assertThat(outcomes(last(model))).containsExactly("sunny");
        assertThat(made).hasValue(0);
        assertThat(playing.requests.getFirst().prompt()).contains("Its name is weather");
        assertThat(playing.requests.getFirst().messages()).containsExactly(new User("{\"city\":\"Lisbon\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/amount > 100 | {\"amount\":101} | true",
                "/amount > 100 | {\"amount\":\"100\"} | false",
                "/amount >= 1e2 | {\"amount\":100.0} | true",
                "/amount < 5 | {\"amount\":\"many\"} | false",
                "/to/0 = ada | {\"to\":[\"ada\"]} | true",
                "/to contains eve | {\"to\":[\"ada\",\"eve\"]} | true",
                "/path contains /etc | {\"path\":\"/etc/passwd\"} | true",
                "/kind != draft | {} | true",
                "/kind != draft | {\"kind\":\"draft\"} | false",
                "/force exists | {\"force\":false} | true",
                "/force exists | {} | false"
            })
    void a_person_is_asked_about_calls_with_certain_arguments(String when, String arguments, boolean asked) {
        world.tools.add(new ScriptedTool("pay", (call, stop) -> "paid"));
        ScriptedModel model = new ScriptedModel(calls("pay " + arguments), says("ok"));

        RunEnd end = world.with("approval", "tools", List.of("pay"), "when", List.of(when))
                .run(model, "go");

        assertThat(end).isInstanceOf(asked ? RunEnd.Interrupted.class : RunEnd.Finished.class);
    }

    @Test
    void a_call_above_a_limit_is_refused_without_asking_anybody() {
        world.tools.add(new ScriptedTool("pay", (call, stop) -> "paid"));
        ScriptedModel model = new ScriptedModel(calls("pay {}"), says("ok"));

        RunEnd end = world.with("approval", "tools", List.of("*"))
                .with("tool-call-limit", "runMax", 0, "priority", 90)
                .run(model, "go");

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
    }
}
