package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.FakeLog;
import io.reprise.agent.Limits;
import io.reprise.agent.Plans;
import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.Histories.Context;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ContextSummarised;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecalledFrom;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.User;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the run of a recall sees of its conversation. */
@Timeout(60)
class ContextReaderTest {
    private static final String SUMMARY = "This conversation began earlier. Summary of that part:\n\n";
    private static final ModelMessage RECALL = User.ofRecall("stretch");

    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    @BeforeEach
    void twoExchanges() {
        exchange("r1", "who won?", "ada did");
        exchange("r2", "and second?", "eve was");
    }

    @Test
    void all_is_the_whole_conversation() {
        ScriptedModel model = new ScriptedModel(says("ok"));

        recall(model, RecallContext.ALL);

        assertThat(shown(model, 0))
                .containsExactly(
                        new User("who won?"),
                        new Assistant("ada did", List.of()),
                        new User("and second?"),
                        new Assistant("eve was", List.of()),
                        RECALL);
    }

    @Test
    void last_is_the_last_exchange_with_everything_that_came_during_it() {
        userSays("r3", "u_r3", "third?");
        userSays("r3", "u_steering", "and fourth?");
        answers("r3", "bob");
        ScriptedModel model = new ScriptedModel(says("ok"));

        recall(model, RecallContext.LAST);

        assertThat(shown(model, 0))
                .containsExactly(new User("third?"), new User("and fourth?"), new Assistant("bob", List.of()), RECALL);
    }

    @Test
    void none_is_the_text_of_the_recall_alone() {
        ScriptedModel model = new ScriptedModel(says("ok"));

        recall(model, RecallContext.NONE);

        assertThat(shown(model, 0)).containsExactly(RECALL);
    }

    @Test
    void a_summary_is_made_by_one_call_and_stored_before_the_first_step() {
        ScriptedModel model = new ScriptedModel(says(" Ada won. "), says("ok"));

        RunEnd end = recall(model, RecallContext.SUMMARY);

        assertThat(model.requests).hasSize(2);
        assertThat(((User) shown(model, 0).getFirst()).content().text())
                .contains("User: who won?\nAssistant: ada did\nUser: and second?\nAssistant: eve was");
        assertThat(model.requests.getFirst().tools()).isEmpty();
        assertThat(shown(model, 1)).containsExactly(new User(SUMMARY + "Ada won."), RECALL);
        assertThat(events.getFirst()).isInstanceOf(LogEvent.Custom.class);
        ContextSummarised made = stored();
        assertThat(made.text()).isEqualTo("Ada won.");
        assertThat(made.upToSeq()).as("all before the recall").isEqualTo(15);
        assertThat(made.before()).isGreaterThan(made.after());
        assertThat(end.usage().tokens())
                .as("the call for the summary counts, too")
                .containsExactly(TokenUsage.of("test", "scripted", 20, 2));
    }

    @Test
    void a_stored_summary_is_used_with_what_follows_it() {
        log.append("s1", "r2", LogEvent.Custom.of(new ContextSummarised(5, "Ada won.", 10, 2)));
        ScriptedModel model = new ScriptedModel(says("ok"));

        recall(model, RecallContext.SUMMARY);

        assertThat(model.requests).as("no call for a summary").hasSize(1);
        assertThat(shown(model, 0))
                .containsExactly(
                        new User(SUMMARY + "Ada won."),
                        new User("and second?"),
                        new Assistant("eve was", List.of()),
                        RECALL);
    }

    @Test
    void a_summary_that_too_many_messages_follow_is_made_anew_from_it() {
        log.append("s1", "r2", LogEvent.Custom.of(new ContextSummarised(1, "They greeted each other.", 10, 2)));
        limits.contextMessages = 3;
        ScriptedModel model = new ScriptedModel(says("Eve was second."), says("ok"));

        recall(model, RecallContext.SUMMARY);

        assertThat(((User) shown(model, 0).getFirst()).content().text())
                .contains("said before: They greeted each other.\nUser: and second?");
        assertThat(shown(model, 1)).containsExactly(new User(SUMMARY + "Eve was second."), RECALL);
    }

    @Test
    void if_the_model_fails_the_beginnings_of_messages_stand_in() {
        exchange("r3", "x".repeat(1_000), "y");
        ScriptedModel model = new ScriptedModel(
                (sink, stop) -> {
                    throw ModelFailure.modelError("overloaded");
                },
                says("ok"));

        RunEnd end = recall(model, RecallContext.SUMMARY);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(shown(model, 1).getFirst())
                .isEqualTo(new User(SUMMARY + "User: who won?\nAssistant: ada did\nUser: and second?\n"
                        + "Assistant: eve was\nUser: " + "x".repeat(300) + " …\nAssistant: y"));
        assertThat(events).noneMatch(LogEvent.Custom.class::isInstance);
    }

    @Test
    void a_model_that_writes_for_too_long_is_cut_off() {
        limits.summaryMs = 100;
        ScriptedModel model = new ScriptedModel(
                (sink, stop) -> {
                    while (true) {
                        sink.text("a");
                        stop.sleep(1_000_000);
                    }
                },
                says("ok"));

        RunEnd end = recall(model, RecallContext.SUMMARY);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(((User) shown(model, 1).getFirst()).content().text()).startsWith(SUMMARY + "User: who won?");
    }

    @Test
    void a_summary_that_is_too_long_is_cut() {
        ScriptedModel model = new ScriptedModel(says("é".repeat(5_000), "more"), says("ok"));

        recall(model, RecallContext.SUMMARY);

        assertThat(stored().text()).isEqualTo("é".repeat(4_096));
    }

    @ParameterizedTest
    @EnumSource(RecallContext.class)
    void a_run_that_resumes_sees_the_same_and_what_was_said_since(RecallContext context) throws Exception {
        ScriptedModel model = new ScriptedModel(says("Ada won."));
        starts(context);
        Context first = reader(model).first();
        events.forEach(event -> log.append("s1", "r9", event));
        answers("r9", "stretching");

        Context again = reader(new ScriptedModel()).again(first.start());

        assertThat(again.summary()).isEqualTo(first.summary());
        assertThat(again.messages()).startsWith(first.messages().toArray(ChatMessage[]::new));
        assertThat(again.messages()).hasSize(first.messages().size() + 1);
    }

    @ParameterizedTest
    @EnumSource(RecallContext.class)
    void a_session_that_a_recall_made_sees_the_conversation_as_it_was_then(RecallContext context) {
        long then = log.head("s1");
        exchange("r3", "and later?", "nobody");
        MessageMetadata metadata = MessageMetadata.ofRecall("rc_2", "me").seeing(context, "rc_1");
        log.append("s2", "r9", new LogEvent.RunStarted("s2", "r9", new LogEvent.RunMetadata("recall", "rc_2")));
        log.append("s2", "r9", new LogEvent.TextStart("u_r9", Role.USER, metadata));
        log.append("s2", "r9", new LogEvent.TextContent("u_r9", "stretch"));
        log.append("s2", "r9", new LogEvent.TextEnd("u_r9"));
        ScriptedModel model = new ScriptedModel(says("Ada won."), says("ok"));
        RunPlan plan = plan(model);
        RunRequest request = new RunRequest(
                "r9",
                "s2",
                "me",
                "owner",
                log.head("s2"),
                "recall",
                1,
                null,
                null,
                null,
                new RecalledFrom("s1", then, context),
                null);

        new AgentLoop(request, plan, services(plan), new QuietOwner(events::add), new StopSignal()).run();

        assertThat(model.requests.getLast().messages())
                .isEqualTo(
                        switch (context) {
                            case ALL ->
                                List.of(
                                        new User("who won?"),
                                        new Assistant("ada did", List.of()),
                                        new User("and second?"),
                                        new Assistant("eve was", List.of()),
                                        RECALL);
                            case SUMMARY -> List.of(new User(SUMMARY + "Ada won."), RECALL);
                            case LAST -> List.of(new User("and second?"), new Assistant("eve was", List.of()), RECALL);
                            case NONE -> List.of(RECALL);
                        });
    }

    @Test
    void a_later_run_of_such_a_session_sees_it_too() {
        MessageMetadata metadata = MessageMetadata.ofRecall("rc_2", "me").seeing(RecallContext.SUMMARY, "rc_1");
        log.append("s2", "r8", new LogEvent.RunStarted("s2", "r8", new LogEvent.RunMetadata("recall", "rc_2")));
        log.append("s2", "r8", new LogEvent.TextStart("u_r8", Role.USER, metadata));
        log.append("s2", "r8", new LogEvent.TextContent("u_r8", "stretch"));
        log.append("s2", "r8", new LogEvent.TextEnd("u_r8"));
        log.append("s2", "r8", LogEvent.Custom.of(new ContextSummarised(1, "Ada won.", 10, 2)));
        log.userSays("s2", "r9", "why?");
        ScriptedModel model = new ScriptedModel(says("ok"));
        RunPlan plan = plan(model);
        RunRequest request = new RunRequest(
                "r9",
                "s2",
                "me",
                "owner",
                log.head("s2"),
                "user",
                1,
                null,
                null,
                null,
                new RecalledFrom("s1", log.head("s1"), RecallContext.SUMMARY),
                null);

        new AgentLoop(request, plan, services(plan), new QuietOwner(events::add), new StopSignal()).run();

        assertThat(shown(model, 0)).containsExactly(new User(SUMMARY + "Ada won."), RECALL, new User("why?"));
    }

    private ContextReader reader(ScriptedModel model) {
        RunRequest request = request();
        return new ContextReader(
                request, plan(model), services(plan(model)), new QuietOwner(events::add), new StopSignal());
    }

    private RunEnd recall(ScriptedModel model, RecallContext context) {
        starts(context);
        RunPlan plan = plan(model);
        return new AgentLoop(request(), plan, services(plan), new QuietOwner(events::add), new StopSignal()).run();
    }

    private void starts(RecallContext context) {
        MessageMetadata metadata = MessageMetadata.ofRecall("rc_1", "me").seeing(context, null);
        log.append("s1", "r9", new LogEvent.RunStarted("s1", "r9", new LogEvent.RunMetadata("recall", "rc_1")));
        log.append("s1", "r9", new LogEvent.TextStart("u_r9", Role.USER, metadata));
        log.append("s1", "r9", new LogEvent.TextContent("u_r9", "stretch"));
        log.append("s1", "r9", new LogEvent.TextEnd("u_r9"));
    }

    /** The head is the end of the log. */
    private RunRequest request() {
        return new RunRequest("r9", "s1", "me", "owner", log.head("s1"), "recall");
    }

    private RunPlan plan(ScriptedModel model) {
        return Plans.of(null, limits.settings(), model, List.of());
    }

    private AgentServices services(RunPlan plan) {
        return new AgentServices(
                agent -> plan, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen());
    }

    private void exchange(String run, String question, String answer) {
        log.userSays("s1", run, question);
        answers(run, answer);
    }

    private void userSays(String run, String message, String text) {
        log.append("s1", run, new LogEvent.TextStart(message, Role.USER, new MessageMetadata("c", "me")));
        log.append("s1", run, new LogEvent.TextContent(message, text));
        log.append("s1", run, new LogEvent.TextEnd(message));
    }

    private void answers(String run, String text) {
        log.append("s1", run, new LogEvent.TextStart("a_" + run, Role.ASSISTANT, null));
        log.append("s1", run, new LogEvent.TextContent("a_" + run, text));
        log.append("s1", run, new LogEvent.TextEnd("a_" + run));
    }

    private ContextSummarised stored() {
        return events.stream()
                .filter(LogEvent.Custom.class::isInstance)
                .map(event -> (ContextSummarised) ((LogEvent.Custom) event).value())
                .findFirst()
                .orElseThrow();
    }

    private static List<ModelMessage> shown(ScriptedModel model, int request) {
        return model.requests.get(request).messages();
    }
}
