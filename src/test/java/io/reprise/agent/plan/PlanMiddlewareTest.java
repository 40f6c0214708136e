package io.reprise.agent.plan;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareSetup.Owner;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.MiddlewareWorld;
import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Origin;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.catalog.definition.MiddlewareUse;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.Section;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.ToolRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs of an agent build from the middleware that it names. */
@Timeout(300)
class PlanMiddlewareTest {
    private static final String REFUSING = "refusing";

    /** What types need. */
    private static final Map<String, Map<String, Object>> NEEDED = Map.of(
            "model-call-limit", Map.of("runMax", 1),
            "tool-call-limit", Map.of("runMax", 1),
            "approval", Map.of("tools", List.of("x")),
            "model-fallback", Map.of("models", List.of("m")),
            "tool-cache", Map.of("ttl", List.of("x=1")));

    private static final ModelRequest ASKED =
            new ModelRequest(List.of(new User("hello")), List.of(), new ModelRequest.Limits(1_000, 1_000));

    private final MiddlewareRegistry types = new MiddlewareRegistry(List.of(new Refusing()));
    private final Map<EntryKey, Entry> entries = new HashMap<>();

    @Test
    void each_run_builds_every_type_anew() {
        for (String type : types.types().names()) {
            if (type.equals(REFUSING)) continue;
            PlannedMiddleware planned = put(type, type, NEEDED.getOrDefault(type, Map.of()))
                    .of(List.of(use(type, null)))
                    .getFirst();

            Middleware one = planned.builder().build(setup());
            Middleware other = planned.builder().build(setup());

            assertThat(one).as(type).isNotSameAs(other);
        }
    }

    @Test
    void what_one_run_has_counted_is_nothing_to_the_next() {
        MiddlewareWorld world = new MiddlewareWorld().with("model-call-limit", "runMax", 1, "atLimit", "fail");
        world.tools.add(new ScriptedTool("look", (call, stop) -> "seen"));

        RunEnd first = world.run(new ScriptedModel(calls("look {}"), says("never")), "go");
        RunEnd second = world.run(new ScriptedModel(says("fine")), "go");

        assertThat(first).isInstanceOf(RunEnd.Failed.class);
        assertThat(second).isInstanceOf(RunEnd.Finished.class);
    }

    @Test
    void the_place_that_an_agent_names_comes_before_that_of_the_entry_and_one_that_is_not_active_is_left_out() {
        put("brake", "model-call-limit", Map.of("runMax", 1));
        put("off", "todo-list", Map.of("active", false));
        PlanMiddleware plan = put("late", "todo-list", Map.of("priority", 99, "critical", true));

        List<PlannedMiddleware> planned = plan.of(List.of(use("brake", 70), use("off", null), use("late", null)));

        assertThat(planned).extracting(PlannedMiddleware::name).containsExactly("brake", "late");
        assertThat(planned).extracting(PlannedMiddleware::priority).containsExactly(70, 99);
        assertThat(planned).extracting(PlannedMiddleware::critical).containsExactly(false, true);
    }

    @Test
    void one_that_cannot_be_built_keeps_nothing_from_models_that_help_unless_it_is_critical() {
        put("odd", REFUSING, Map.of());
        put("odd-critical", REFUSING, Map.of("critical", true));
        put("wrong", "pii", Map.of("kind", "nonsense"));
        PlanMiddleware plan = put("wrong-critical", "pii", Map.of("kind", "nonsense", "critical", true));

        for (String name : List.of("odd", "wrong")) {
            PlannedMiddleware harmless = plan.of(List.of(use(name, null))).getFirst();
            PlannedMiddleware needed =
                    plan.of(List.of(use(name + "-critical", null))).getFirst();

            assertThatThrownBy(() -> harmless.builder().build(setup())).isInstanceOf(IllegalArgumentException.class);
            assertThat(harmless.helping().helping("s", ASKED)).isEqualTo(ASKED);
            assertThat(needed.critical()).isTrue();
            assertThatThrownBy(() -> needed.helping().helping("s", ASKED))
                    .isInstanceOf(ModelFailure.class)
                    .hasMessage("The middleware \"" + name + "-critical\" of this agent cannot be used.");
        }
    }

    private static MiddlewareUse use(String name, Integer priority) {
        return new MiddlewareUse(name, Optional.ofNullable(priority));
    }

    private PlanMiddleware put(String name, String type, Map<String, Object> settings) {
        Map<String, Object> body = new HashMap<>(settings);
        body.put("type", type);
        put(Kind.PROVIDER, "house", Map.of("type", "openai", "apiKey", "env:KEY"));
        put(Kind.MODEL, "m", Map.of("provider", "house", "name", "m-1"));
        put(Kind.MIDDLEWARE, name, body);
        EntryReader reader = new EntryReader(new ProviderTypes(), types.types());
        return new PlanMiddleware(Catalog.of(1, entries.values(), List.of(), reader), types);
    }

    private void put(Kind kind, String name, Map<String, Object> body) {
        EntryKey key = new EntryKey(kind, name);
        entries.put(key, new Entry(key, Origin.DATABASE, 1, body, "root", 0));
    }

    private static MiddlewareSetup setup() {
        return new MiddlewareSetup(
                "",
                new Owner("s1", "r1", "ada", null),
                new ToolRegistry(List.of()),
                null,
                null,
                name -> null,
                null,
                null,
                null,
                prefix -> prefix,
                Metrics.unseen(),
                ms -> {},
                () -> 0L);
    }

    /** A type of a plug-in that accepts its settings, but can build nothing from them. */
    private static final class Refusing implements MiddlewareType<Refusing.Settings> {
        record Settings() implements MiddlewareSettings {}

        @Override
        public String name() {
            return REFUSING;
        }

        @Override
        public int priority() {
            return 50;
        }

        @Override
        public Settings read(Section section) {
            return new Settings();
        }

        @Override
        public Middleware build(Settings settings, MiddlewareSetup setup) {
            throw new IllegalArgumentException("it is not there");
        }

        @Override
        public ModelRequest helping(Settings settings, String session, ModelRequest request) {
            throw new IllegalArgumentException("it is not there");
        }
    }
}
