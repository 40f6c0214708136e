package io.reprise.session.fork;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.history.ChatMessage;
import io.reprise.history.Conversation;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.Outcome;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.OpenItems;
import io.reprise.session.log.SessionLog;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change.RunChanged;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.RunRow;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The log of a fork, made from another log. */
class ForkedLogTest {
    private static final long NOW_MS = 9_000;

    private final Settings settings = Settings.with(Map.of("log.segmentBytesMax", "1024"));
    private final SessionLog log = new SessionLog("s", Current.always(settings.log()), 0, 1);
    private String run;
    private long ms;

    @Test
    void messages_are_in_the_fork_too() {
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "hello", new MessageMetadata("c1", "ada"));
        think("m2", "hm");
        say("m3", Role.ASSISTANT, "hi", MessageMetadata.ofAnswer("gpt"));
        call("t1", "m3", "{\"a\":1}");
        number(LogEvent.ReasoningEncryptedValue.ofToolCall("t1", "a signature"));
        number(LogEvent.ReasoningEncryptedValue.ofMessage("m3", "what is sealed"));
        number(LogEvent.ToolCallResult.failed("m4", "t1", Content.of("no")));
        say("m5", Role.ASSISTANT, "sorry", null);
        end(Outcome.SUCCESS);
        begin("r2", new RunMetadata("recall", "k1"));
        say("m6", Role.USER, "stretch", MessageMetadata.ofRecall("k1", "ada"));
        number(new LogEvent.RunError("The model failed.", ErrorCode.MODEL_ERROR));

        Append fork = fork(6);

        assertThat(shown(fork.rows())).isEqualTo(shown(log.unstored(true)));
        assertThat(runs(fork)).extracting(RunRow::id).containsExactly("r1", "r2");
        assertThat(runs(fork)).extracting(RunRow::outcome).containsExactly("success", "error");
        assertThat(runs(fork).getLast().code()).isEqualTo(ErrorCode.MODEL_ERROR);
        assertThat(fork.changes(Said.class)).extracting(Said::message).containsExactly("m1", "m3", "m5", "m6");
        assertWhole(fork);
    }

    @Test
    void a_run_that_is_copied_in_part_is_cancelled_in_the_fork_and_so_are_its_calls() {
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "hello", new MessageMetadata("c1", "ada"));
        say("m2", Role.ASSISTANT, "let me see", null);
        call("t1", "m2", "{}");
        number(LogEvent.ToolCallResult.of("m3", "t1", "12:00"));
        end(Outcome.SUCCESS);

        Append fork = fork(2);

        List<ChatMessage> messages = Conversation.of(fork.rows()).messages();
        assertThat(messages).hasSize(3);
        assertThat(messages.getLast().toolCallId()).isEqualTo("t1");
        assertThat(messages.getLast().metadata().status()).isEqualTo("cancelled");
        assertThat(messages).allMatch(message -> message.metadata().outcome().equals("cancelled"));
        assertThat(runs(fork).getFirst().outcome()).isEqualTo("cancelled");
        assertWhole(fork);
    }

    @Test
    void a_run_that_is_active_in_the_source_is_not_active_in_the_fork() {
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "hello", new MessageMetadata("c1", "ada"));
        number(new LogEvent.TextStart("m2", Role.ASSISTANT, null));
        number(new LogEvent.TextContent("m2", "half"));

        Append fork = fork(1);

        assertThat(Conversation.of(fork.rows()).activeRun()).isNull();
        assertThat(runs(fork).getFirst().outcome()).isEqualTo("cancelled");
        assertThat(fork.rows().getLast().atMs()).isEqualTo(NOW_MS);
        assertWhole(fork);
    }

    @Test
    void a_run_and_the_run_that_resumed_it_are_merged() {
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "hello", new MessageMetadata("c1", "ada"));
        call("t1", "m2", "{\"a\":1}");
        end(Outcome.interrupt(List.of()));
        number(LogEvent.Custom.of(
                new LogEvent.InterruptResolved("i1", Interrupt.Decision.EDIT, "ada", "r1", "t1", "{\"a\":2}", null)));
        begin("r2", new RunMetadata("user", null, "r1"));
        number(LogEvent.ToolCallResult.of("m3", "t1", "12:00"));
        say("m4", Role.ASSISTANT, "noon", null);
        end(Outcome.SUCCESS);

        Append fork = fork(4);

        List<ChatMessage> messages = Conversation.of(fork.rows()).messages();
        assertThat(messages).extracting(ChatMessage::id).containsExactly("m1", "m2", "m3", "m4");
        assertThat(messages.get(1).toolCalls().getFirst().function().arguments())
                .isEqualTo("{\"a\":2}");
        assertThat(runs(fork)).hasSize(1);
        assertThat(runs(fork).getFirst().id()).isEqualTo("r1");
        assertThat(runs(fork).getFirst().outcome()).isEqualTo("success");
        assertWhole(fork);
    }

    @Test
    void a_waiting_run_does_not_wait_in_the_fork() {
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "hello", new MessageMetadata("c1", "ada"));
        call("t1", "m2", "{}");
        end(Outcome.interrupt(List.of()));

        Append fork = fork(2);

        assertThat(runs(fork).getFirst().outcome()).isEqualTo("cancelled");
        assertThat(Conversation.of(fork.rows()).messages().getLast().metadata().status())
                .isEqualTo("cancelled");
        assertWhole(fork);
    }

    @Test
    void a_fork_from_a_superseded_message_contains_what_preceded_that_message() {
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "hello", new MessageMetadata("c1", "ada"));
        say("m2", Role.ASSISTANT, "hi", null);
        end(Outcome.SUCCESS);
        long before = log.decided();
        number(LogEvent.Custom.of(new LogEvent.HistoryRewound(0, null)));
        begin("r2", new RunMetadata("user"));
        say("m3", Role.USER, "hello", new MessageMetadata("c2", "ada"));
        say("m4", Role.ASSISTANT, "hey", null);
        end(Outcome.SUCCESS);

        Append fork = fork(2, "m2");

        assertThat(Conversation.of(fork.rows()).messages())
                .extracting(ChatMessage::id)
                .containsExactly("m1", "m2");
        assertThat(runs(fork)).extracting(RunRow::outcome).containsExactly("success");
        assertThat(source("m2").version()).isEqualTo(before);
        assertThat(source("m4").version()).isZero();
        assertWhole(fork);
    }

    @Test
    void a_long_answer_is_rendered_in_pieces_and_a_long_question_in_one() {
        String text = "\uD83D\uDE00".repeat(1_000);
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, text, new MessageMetadata("c1", "ada"));
        say("m2", Role.ASSISTANT, text, null);
        end(Outcome.SUCCESS);

        Append fork = fork(2);

        assertThat(contents(fork, "m1")).hasSize(1);
        assertThat(contents(fork, "m2")).hasSizeGreaterThan(1).allMatch(piece -> piece.length() <= 1_024);
        assertThat(Conversation.of(fork.rows()).messages())
                .extracting(ChatMessage::text)
                .containsExactly(text, text);
        assertWhole(fork);
    }

    @Test
    void parts_are_forked_with_their_message() {
        Part image = new Part.Unknown("image", "{\"type\":\"image\"}");
        begin("r1", new RunMetadata("user"));
        say("m1", Role.USER, "see", new MessageMetadata("c1", "ada").with(List.of(image, new Part.Text("This"))));
        call("t1", "a1", "{}");
        number(LogEvent.ToolCallResult.of("m2", "t1", Content.of("", List.of(image))));
        end(Outcome.SUCCESS);

        Append fork = fork(3);

        assertThat(shown(fork.rows())).isEqualTo(shown(log.unstored(true)));
        assertThat(fork.changes(Said.class))
                .as("what searches look through")
                .extracting(Said::folded)
                .containsExactly("see\n\nthis");
    }

    private Append fork(int count) {
        return fork(count, null);
    }

    private Append fork(int count, String wanted) {
        ForkSource source = source(wanted);
        int[] last = {0};
        IdSource ids = prefix -> prefix + "new" + ++last[0];
        return new ForkedLog("s2", source, settings, ids, NOW_MS).of(count, 1, null);
    }

    private ForkSource source(String wanted) {
        ForkSource source = new ForkSource(wanted);
        log.unstored(true).forEach(source::apply);
        return source;
    }

    private static List<RunRow> runs(Append fork) {
        return fork.changes(RunChanged.class).stream().map(RunChanged::run).toList();
    }

    private static List<String> contents(Append fork, String message) {
        return fork.rows().stream()
                .filter(row -> row instanceof LogRow.Segment segment
                        && segment.target().equals(message))
                .map(row -> ((LogRow.Segment) row).text())
                .toList();
    }

    /** The seqs are different, and usage counts only in the original. */
    private static List<String> shown(List<LogRow> rows) {
        return Conversation.of(rows).messages().stream()
                .map(m -> m.toString().replaceAll("seq=\\d+|, usage=.*?, durationMs=\\w+", ""))
                .toList();
    }

    /** It tiles from 1; each run is where its row says, ends once, and closes all its open items. */
    private static void assertWhole(Append fork) {
        long next = 1;
        OpenItems open = new OpenItems();
        for (LogRow row : fork.rows()) {
            assertThat(row.from()).isEqualTo(next);
            next = row.seq() + 1;
            if (row instanceof LogRow.Single single) open.apply(EventJson.parse(single.payload()));
            if (row.type().equals("RUN_FINISHED") || row.type().equals("RUN_ERROR")) {
                assertThat(open.close(prefix -> prefix)).isEmpty();
            }
        }
        assertThat(fork.head()).isEqualTo(next - 1);
        assertThat(fork.rows().stream()
                        .filter(row -> row.type().equals("RUN_STARTED"))
                        .map(LogRow::seq))
                .containsExactlyElementsOf(
                        runs(fork).stream().map(RunRow::firstSeq).toList());
        assertThat(fork.rows().stream().map(row -> row.json(0, row.seq()))).noneMatch(json -> json.contains("\"s\""));
    }

    private void begin(String id, RunMetadata metadata) {
        run = id;
        number(new LogEvent.RunStarted("s", id, metadata));
    }

    private void end(Outcome outcome) {
        number(new LogEvent.RunFinished("s", run, outcome, List.of()));
    }

    private void say(String id, Role role, String text, MessageMetadata metadata) {
        number(new LogEvent.TextStart(id, role, metadata));
        number(new LogEvent.TextContent(id, text));
        number(new LogEvent.TextEnd(id));
    }

    private void think(String id, String text) {
        number(new LogEvent.ReasoningStart(id));
        number(new LogEvent.ReasoningMessageStart(id));
        number(new LogEvent.ReasoningContent(id, text));
        number(new LogEvent.ReasoningMessageEnd(id));
        number(new LogEvent.ReasoningEnd(id));
    }

    private void call(String id, String parent, String arguments) {
        number(new LogEvent.ToolCallStart(id, "time", parent));
        number(new LogEvent.ToolCallArgs(id, arguments));
        number(new LogEvent.ToolCallEnd(id));
    }

    private void number(LogEvent event) {
        log.number(event, run, ++ms);
    }
}
