package io.reprise.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.ScriptedTool;
import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.loop.RunPlan.Facts;
import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Origin;
import io.reprise.catalog.PromptVersions;
import io.reprise.catalog.SettingsEntries;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.Settings;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.Current;
import io.reprise.support.StopSignal;
import io.reprise.tool.RemoteTools;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What runs of an agent use. */
class CatalogPlansTest {
    private final MiddlewareRegistry types = new MiddlewareRegistry(List.of());
    private final EntryReader reader = new EntryReader(new ProviderTypes(), types.types());
    private final Map<EntryKey, Entry> entries = new HashMap<>();
    private final Map<String, List<PromptVersions.Version>> prompts = new HashMap<>();
    private final Map<String, String> past = new HashMap<>();
    private final Map<String, AgentDefinition> pastAgents = new HashMap<>();
    private final Current.Holder<Settings> settings = new Current.Holder<>(Settings.defaults());
    private final Current.Holder<Catalog> catalog = new Current.Holder<>(Catalog.EMPTY);
    private final CatalogPlans plans = new CatalogPlans(
            settings,
            catalog,
            new CatalogPlans.Sources(
                    Named::new,
                    (name, version) -> Future.succeededFuture(Optional.ofNullable(past.get(name + "@" + version))),
                    new AgentFiles(Optional.empty(), settings.map(Settings::run)),
                    types,
                    RemoteTools.NONE,
                    (name, version) ->
                            Future.succeededFuture(Optional.ofNullable(pastAgents.get(name + "@" + version)))),
            new ToolRegistry(List.of(tool("read_file"), tool("read_mail"), tool("send_mail"))),
            () -> Instant.parse("2026-11-29T23:50:00Z").toEpochMilli());

    @BeforeEach
    void entriesOfTheSettings() {
        use(settings.get());
        put("provider", "house", Map.of("type", "openai", "apiKey", "env:KEY"));
        put("model", "fast", Map.of("provider", "house", "name", "fast-1", "title", "Fast"));
        put("model", "smart", Map.of("provider", "house", "name", "smart-1", "fallbacks", List.of("fast")));
    }

    @Test
    void a_session_without_an_agent_uses_the_default_one_without_any_entry() {
        RunPlan plan = plans.of(null);

        assertThat(plan.agent()).isEqualTo("default");
        assertThat(plan.model().provider()).isEqualTo("demo");
        assertThat(plan.prompt()).isEqualTo(PlanPrompts.BUILT_IN);
        assertThat(plan.tools().all()).hasSize(3);
        assertThat(plan.limits()).isEqualTo(settings.get().run());
    }

    /** The time of a run is a limit of its plan, which is made when it starts. */
    @Test
    void a_run_keeps_its_limits_when_the_settings_change_and_the_next_one_has_the_new_ones() {
        RunPlan underWay = plans.of(null);
        int timeMs = underWay.limits().timeMs();

        settings.replace(Settings.with(Map.of("run.timeMs", "10000", "run.stepsMax", "5")));

        assertThat(timeMs).isEqualTo(120_000);
        assertThat(underWay.limits().timeMs()).isEqualTo(timeMs);
        assertThat(underWay.limits().stepsMax()).isEqualTo(25);
        assertThat(plans.of(null).limits().timeMs()).isEqualTo(10_000);
        assertThat(plans.of(null).limits().stepsMax()).isEqualTo(5);
    }

    @Test
    void the_model_that_is_marked_is_used_where_none_is_named() {
        put("model", "smart", Map.of("provider", "house", "name", "smart-1", "default", true));
        put("agent", "own", Map.of("model", "fast"));

        assertThat(plans.of(null).model().name()).isEqualTo("smart-1");
        assertThat(plans.of("own").model().name()).isEqualTo("fast-1");
    }

    @Test
    void the_fallbacks_of_the_agent_replace_those_of_the_model() {
        put("model", "spare", Map.of("provider", "house", "name", "spare-1"));
        put("agent", "a", Map.of("model", "smart"));
        put("agent", "b", Map.of("model", "smart", "fallbacks", List.of("smart", "spare", "fast")));

        assertThat(names(plans.of("a").fallbacks())).containsExactly("fast-1");
        assertThat(names(plans.of("b").fallbacks())).containsExactly("spare-1", "fast-1");
    }

    @Test
    void a_model_that_is_switched_off_says_so_and_leaves_the_answer_to_its_fallbacks() {
        put("model", "smart", Map.of("provider", "house", "name", "s", "fallbacks", List.of("fast"), "enabled", false));
        put("model", "other", Map.of("provider", "off", "name", "o", "fallbacks", List.of("smart")));
        put("provider", "off", Map.of("type", "openai", "apiKey", "env:KEY", "enabled", false));
        put("agent", "a", Map.of("model", "smart"));
        put("agent", "b", Map.of("model", "other"));

        assertThatThrownBy(() -> call(plans.of("a").model()))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo("unavailable"))
                .hasMessage("The model \"smart\" is switched off.");
        assertThat(names(plans.of("a").fallbacks())).containsExactly("fast-1");
        assertThatThrownBy(() -> call(plans.of("b").model()))
                .hasMessage("The provider of the model \"other\" is switched off.");
        assertThat(plans.of("b").fallbacks()).isEmpty();
    }

    @Test
    void an_agent_that_is_gone_or_switched_off_gets_no_tools_and_says_why() {
        put("agent", "off", Map.of("enabled", false));

        assertThat(plans.of("gone").tools().all()).isEmpty();
        assertThatThrownBy(() -> call(plans.of("gone").model()))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo("not_found"))
                .hasMessage("The agent \"gone\" of this chat does not exist any more.");
        assertThatThrownBy(() -> call(plans.of("off").model()))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo("unavailable"))
                .hasMessage("The agent \"off\" is switched off.");
    }

    @Test
    void an_agent_has_its_own_tools_approvals_limits_and_roles() {
        settings.replace(Settings.with(Map.of("interrupts.tools", "send_mail", "run.timeMs", "30000")));
        put(
                "agent",
                "clerk",
                Map.of(
                        "model", "smart",
                        "tools", List.of("read_*", "send_mail"),
                        "approvals", List.of("read_m*", "other"),
                        "limits", Map.of("stepsMax", 7),
                        "roles", Map.of("title", "fast")));

        RunPlan plan = plans.of("clerk");

        assertThat(plan.tools().all()).extracting(Tool::name).containsExactly("read_file", "read_mail", "send_mail");
        assertThat(plan.interrupts().tools()).containsExactly("send_mail", "read_mail");
        assertThat(plan.limits()).isEqualTo(settings.get().run().within(30_000, 7));
        assertThat(plan.helpers().title().name()).isEqualTo("fast-1");
        assertThat(plan.helpers().summary().name()).isEqualTo("smart-1");
    }

    @Test
    void the_prompt_is_the_named_version_the_approved_one_the_default_one_or_the_built_in_text() throws Exception {
        put("agent", "named", Map.of("prompt", "support@2"));
        put("agent", "newest", Map.of("prompt", "support", "staffTesting", true));
        put("agent", "other", Map.of("prompt", "draft"));
        prompt("support", 1, Status.APPROVED, "one");
        prompt("support", 2, Status.APPROVED, "two");
        prompt("support", 3, Status.APPROVED, "three");
        prompt("support", 4, Status.TESTING, "four");
        prompt("draft", 1, Status.TESTING, "draft");
        assertThat(plans.of("named").prompt()).isEqualTo("two");
        assertThat(plans.of("named").basis().prompt()).isEqualTo("support@2");
        assertThat(plans.of("newest").prompt()).isEqualTo("three");
        assertThat(complete("newest", facts(null, true)).prompt()).isEqualTo("four");
        assertThat(complete("named", facts(null, true)).prompt()).isEqualTo("two");
        assertThat(plans.of("other").prompt()).isEqualTo(PlanPrompts.BUILT_IN);

        prompt("default", 1, Status.APPROVED, "usual");

        assertThat(plans.of("other").prompt()).isEqualTo("usual");
        assertThat(plans.of(null).prompt()).isEqualTo("usual");
        prompts.remove("support");
        prompt("support", 2, Status.DEPRECATED, "two");
        assertThat(plans.of("named").prompt()).isEqualTo("usual");
    }

    @Test
    void variables_stand_for_what_the_conversation_says() throws Exception {
        put("agent", "clerk", Map.of("title", "Clerk", "prompt", "p", "model", "fast", "tools", List.of("read_*")));
        prompt("p", 1, Status.APPROVED, "{{agent}} {{model}} {{user}} {{date}} {{time}} {{zone}} {{tools}}");

        assertThat(complete("clerk", facts(null, false)).prompt())
                .isEqualTo("Clerk Fast ada Monday, 30 November 2026 00:45 Europe/Berlin read_file, read_mail");
        assertThat(complete("clerk", facts("smart", false)).prompt()).startsWith("Clerk smart-1 ada");
    }

    @Test
    void the_model_that_was_chosen_for_a_message_is_asked_first() throws Exception {
        put("agent", "clerk", Map.of("model", "fast"));

        RunPlan plan = complete("clerk", facts("smart", false));

        assertThat(plan.model().name()).isEqualTo("smart-1");
        assertThat(names(plan.fallbacks())).containsExactly("fast-1");
        assertThat(plan.basis().model()).isEqualTo("smart");
        assertThat(plan.helpers().title().name()).isEqualTo("fast-1");
    }

    @Test
    void a_plan_stays_as_it_is_whatever_happens_to_the_catalogue_and_the_settings() throws Exception {
        put("agent", "clerk", Map.of("model", "fast", "prompt", "p"));
        prompt("p", 1, Status.APPROVED, "old");
        RunPlan before = plans.of("clerk");

        prompts.clear();
        prompt("p", 2, Status.APPROVED, "new");
        put("agent", "clerk", Map.of("model", "smart", "prompt", "p"));
        settings.replace(Settings.with(Map.of("run.stepsMax", "7")));

        RunPlan same = before.completion().complete(before, facts(null, false));
        assertThat(same.model().name()).isEqualTo("fast-1");
        assertThat(same.prompt()).isEqualTo("old");
        assertThat(same.limits().stepsMax()).isEqualTo(25);
        RunPlan after = complete("clerk", facts(null, false));
        assertThat(after.prompt()).isEqualTo("new");
        assertThat(after.catalogVersion()).isNotEqualTo(before.catalogVersion());
    }

    @Test
    void each_entry_in_use_and_no_other_determines_the_catalogue_version() {
        put("agent", "clerk", Map.of("model", "smart", "prompt", "p"));
        prompt("p", 1, Status.APPROVED, "text");
        List<String> versions = new ArrayList<>(List.of(plans.of("clerk").catalogVersion()));

        put("agent", "clerk", Map.of("model", "smart", "prompt", "p", "title", "T"));
        versions.add(plans.of("clerk").catalogVersion());
        put("provider", "house", Map.of("type", "openai", "apiKey", "env:KEY", "connectMs", 1_000));
        versions.add(plans.of("clerk").catalogVersion());
        put("model", "fast", Map.of("provider", "house", "name", "fast-2"));
        versions.add(plans.of("clerk").catalogVersion());
        prompt("p", 2, Status.APPROVED, "text");
        versions.add(plans.of("clerk").catalogVersion());
        settings.replace(Settings.with(Map.of("run.stepsMax", "7")));
        versions.add(plans.of("clerk").catalogVersion());

        assertThat(versions).doesNotHaveDuplicates();
        put("agent", "another", Map.of());
        assertThat(plans.of("clerk").catalogVersion()).isEqualTo(versions.getLast());
    }

    @Test
    void a_run_that_resumes_keeps_its_model_and_its_prompt_as_far_as_they_exist() throws Exception {
        put("agent", "clerk", Map.of("model", "smart", "prompt", "p", "tools", List.of("read_*")));
        prompt("p", 3, Status.APPROVED, "now");
        past.put("p@1", "then, {{user}}");

        RunPlan same = complete("clerk", resuming("p@1", "fast"));
        RunPlan other = complete("clerk", resuming("p@2", "gone"));
        RunPlan builtIn = complete("clerk", resuming("", "smart"));
        RunPlan unknown = complete("clerk", resuming(null, null));

        assertThat(same.prompt()).isEqualTo("then, ada");
        assertThat(same.basis().prompt()).isEqualTo("p@1");
        assertThat(same.model().name()).isEqualTo("fast-1");
        assertThat(other.prompt()).isEqualTo("now");
        assertThat(other.model().name()).isEqualTo("smart-1");
        assertThat(builtIn.prompt()).isEqualTo(PlanPrompts.BUILT_IN);
        assertThat(unknown.prompt()).isEqualTo("now");
        assertThat(unknown.model().name()).isEqualTo("smart-1");
        // What it may use is what is allowed now.
        assertThat(same.tools().all()).hasSize(2);
    }

    @Test
    void a_run_that_resumes_keeps_the_limits_of_the_version_that_its_checkpoint_names() throws Exception {
        put("agent", "clerk", Map.of("limits", Map.of("stepsMax", 50), "tools", List.of("read_*")));
        pastAgents.put("clerk@7", agent(Map.of("limits", Map.of("stepsMax", 8, "timeMs", 20_000))));

        RunPlan began = complete("clerk", facts(null, false));
        RunPlan resumed = complete("clerk", resumingAs("clerk", 7L));

        assertThat(began.limits().stepsMax()).isEqualTo(50);
        assertThat(resumed.limits().stepsMax()).isEqualTo(8);
        assertThat(resumed.limits().timeMs()).isEqualTo(20_000);
        assertThat(resumed.tools().all()).as("as they are now").hasSize(2);
        assertThat(complete("clerk", resumingAs("clerk", 6L)).limits().stepsMax())
                .as("a version that cannot be read")
                .isEqualTo(50);
        assertThat(complete("clerk", resumingAs("other", 7L)).limits().stepsMax())
                .as("a version of another agent")
                .isEqualTo(50);
    }

    private AgentDefinition agent(Map<String, Object> body) {
        return (AgentDefinition) ((EntryReader.Outcome.Valid) reader.read(Kind.AGENT, body)).definition();
    }

    private static Facts resumingAs(String agent, long version) {
        return new Facts("ada", null, false, "Europe/Berlin", new RunBasis(agent, version, null, null, null));
    }

    @Test
    void a_run_resumes_with_the_current_prompt_while_the_old_one_cannot_be_read() throws Exception {
        CatalogPlans away = new CatalogPlans(
                settings,
                catalog,
                new CatalogPlans.Sources(
                        Named::new,
                        (name, version) -> Future.failedFuture("away"),
                        new AgentFiles(Optional.empty(), settings.map(Settings::run)),
                        types),
                new ToolRegistry(List.of()),
                () -> 0);
        RunPlan plan = away.of(null);

        assertThat(plan.completion().complete(plan, resuming("p@1", null)).prompt())
                .isEqualTo(PlanPrompts.BUILT_IN);
    }

    // --- the world

    private RunPlan complete(String agent, Facts facts) throws InterruptedException {
        RunPlan plan = plans.of(agent);
        return plan.completion().complete(plan, facts);
    }

    private static Facts facts(String model, boolean testing) {
        return new Facts("ada", model, testing, "Europe/Berlin", RunBasis.UNKNOWN);
    }

    private static Facts resuming(String prompt, String model) {
        return new Facts("ada", null, false, null, new RunBasis("clerk", 1L, prompt, model, "v_1"));
    }

    private void use(Settings now) {
        SettingsEntries.of(now.model()).forEach(entry -> entries.put(entry.key(), entry));
        renew();
    }

    private void put(String kind, String name, Map<String, Object> body) {
        EntryKey key = new EntryKey(Kind.of(kind).orElseThrow(), name);
        long version = entries.containsKey(key) ? entries.get(key).version() + 1 : 1;
        entries.put(key, new Entry(key, Origin.DATABASE, version, body, "root", 0));
        renew();
    }

    private void prompt(String name, long number, Status status, String text) {
        EntryKey key = new EntryKey(Kind.PROMPT, name);
        entries.putIfAbsent(key, new Entry(key, Origin.DATABASE, number, Map.of("text", text), "root", 0));
        prompts.computeIfAbsent(name, none -> new ArrayList<>()).add(new PromptVersions.Version(number, status, text));
        renew();
    }

    private void renew() {
        // An agent is written before its prompt in some tests.
        entries.values().stream()
                .filter(entry ->
                        entry.key().kind() == Kind.AGENT && entry.body().containsKey("prompt"))
                .map(entry -> String.valueOf(entry.body().get("prompt")).replaceFirst("@.*", ""))
                .map(name -> new EntryKey(Kind.PROMPT, name))
                .toList()
                .forEach(key -> entries.putIfAbsent(
                        key, new Entry(key, Origin.DATABASE, 1, Map.of("text", "unused"), "root", 0)));
        List<PromptVersions> versions = new ArrayList<>();
        prompts.forEach((name, all) -> versions.add(new PromptVersions(new EntryKey(Kind.PROMPT, name), all)));
        catalog.replace(Catalog.of(1, entries.values(), versions, reader));
    }

    private static List<String> names(List<ChatModel> models) {
        return models.stream().map(ChatModel::name).toList();
    }

    private static void call(ChatModel model) throws InterruptedException {
        model.stream(null, null, new StopSignal());
    }

    private static Tool tool(String name) {
        return new ScriptedTool(name, (call, own) -> "");
    }

    /** A model that is never called. */
    private record Named(ProviderSettings settings, ModelOptions options) implements ChatModel {
        @Override
        public String provider() {
            return settings.type();
        }

        @Override
        public String name() {
            return options.name();
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
            throw new UnsupportedOperationException();
        }
    }
}
