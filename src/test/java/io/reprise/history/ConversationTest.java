package io.reprise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.ErrorCode;
import io.reprise.message.Json;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that are made from a log. */
class ConversationTest extends ConversationBench {
    @Test
    void a_log_becomes_messages_in_the_order_in_which_they_began() {
        run("r1", "hello");
        say("r1", "a1", "hi ", "there");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, List.of()));

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.messages()).extracting(ChatMessage::text).containsExactly("hello", "hi there");
        assertThat(conversation.messages().getFirst().metadata().command()).isEqualTo("c1");
        assertThat(conversation.messages().getLast().metadata().outcome()).isNull();
        assertThat(conversation.activeRun()).isNull();
    }

    @Test
    void parts_of_a_message_are_read_with_it_also_those_of_a_later_version() {
        Part audio = new Part.Unknown("audio", "{\"type\":\"audio\",\"attachment\":\"at_1\"}");
        log("r1", new LogEvent.RunStarted("s", "r1", new LogEvent.RunMetadata("user")));
        for (String text : List.of("see", "")) {
            String id = "u_" + text;
            List<Part> rest = List.of(audio, new Part.Text("this"));
            log("r1", new LogEvent.TextStart(id, Role.USER, new LogEvent.MessageMetadata("c1", "me").with(rest)));
            if (!text.isEmpty()) log("r1", new LogEvent.TextContent(id, text));
            log("r1", new LogEvent.TextEnd(id));
        }
        log("r1", new LogEvent.ToolCallStart("t1", "draw", "a1"));
        log("r1", ToolCallResult.of("x1", "t1", Content.of("", List.of(audio))));

        Conversation conversation = Conversation.of(rows);

        List<ChatMessage> messages = conversation.messages();
        assertThat(messages.get(0).content().parts())
                .containsExactly(new Part.Text("see"), audio, new Part.Text("this"));
        assertThat(messages.get(0).text()).isEqualTo("see\n\nthis");
        assertThat(messages.get(1).content().parts()).containsExactly(audio, new Part.Text("this"));
        assertThat(messages.getLast().content().parts()).containsExactly(audio);
        assertThat(Json.text(messages.getLast()))
                .contains("\"content\":[{\"type\":\"audio\",\"attachment\":\"at_1\"}]");
        assertThat(conversation.begins(Role.USER)).as("what a title is made of").isEqualTo("see\n\nthis");
    }

    @Test
    void incomplete_messages_belong_to_the_active_run() {
        run("r1", "hello");
        log("r1", new LogEvent.TextStart("a1", Role.ASSISTANT, null));
        log("r1", new LogEvent.TextContent("a1", "half"));
        log("r1", new LogEvent.ToolCallStart("t1", "time", "a0"));
        log("r1", new LogEvent.ToolCallArgs("t1", "{\"zo"));

        Conversation conversation = Conversation.of(rows);

        ActiveRun run = conversation.activeRun();
        assertThat(run.open()).containsExactly(new ActiveRun.OpenMessage("a1", Role.ASSISTANT, "half", null));
        assertThat(run.toolCalls()).containsExactly(new ActiveRun.OpenCall("t1", "time", "{\"zo", false));
        assertThat(conversation.messages()).extracting(ChatMessage::id).doesNotContain("a1");
    }

    @Test
    void the_last_text_of_a_run_says_what_the_run_took() {
        var usage = List.of(LogEvent.TokenUsage.of("p", "gpt", 3, 4));
        run("r1", "hello");
        answer("r1", "a1", "gpt");
        answer("r1", "a2", "gpt-mini");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, usage));
        run("r2", "again");
        answer("r2", "a3", "gpt");
        log("r2", new LogEvent.RunFinished("s", "r2", LogEvent.Outcome.CANCELLED, null));

        List<ChatMessage.Metadata> answers = Conversation.of(rows).messages().stream()
                .filter(message -> message.role() == Role.ASSISTANT)
                .map(ChatMessage::metadata)
                .toList();

        assertThat(answers).extracting(ChatMessage.Metadata::model).containsExactly("gpt", "gpt-mini", "gpt");
        assertThat(answers).extracting(ChatMessage.Metadata::usage).containsExactly(null, usage, null);
        // From the first event of the run to its last one, which are a second apart
        assertThat(answers).extracting(ChatMessage.Metadata::durationMs).containsExactly(null, 10_000L, null);
    }

    @Test
    void usage_and_duration_of_a_run_are_not_attached_to_a_superseded_text() {
        run("r1", "hello");
        answer("r1", "a1", "gpt");
        answer("r1", "a2", "gpt");
        log("r1", LogEvent.Custom.of(new LogEvent.RunRestarted("r1", 2, 7, "a1")));
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.interrupt(List.of()), List.of()));

        ChatMessage last = Conversation.of(rows).messages().getLast();

        assertThat(last.id()).isEqualTo("a1");
        assertThat(last.metadata().usage()).isEmpty();
    }

    @Test
    void a_call_is_part_of_its_message_and_its_result_is_a_separate_message() {
        run("r1", "what time is it?");
        for (String call : List.of("t1", "t2")) {
            log("r1", new LogEvent.ToolCallStart(call, "time", "a1"));
            log("r1", new LogEvent.ToolCallArgs(call, "{}"));
            log("r1", new LogEvent.ToolCallEnd(call));
        }
        log("r1", ToolCallResult.of("x1", "t2", "noon"));
        log("r1", ToolCallResult.cancelled("x2", "t1", "cancelled"));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages)
                .extracting(ChatMessage::role)
                .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL);
        assertThat(messages.get(1).content()).isNull();
        assertThat(messages.get(1).toolCalls())
                .extracting(ChatMessage.ToolCall::id)
                .containsExactly("t1", "t2");
        assertThat(messages.get(2).toolCallId()).isEqualTo("t2");
        assertThat(messages.get(3).metadata().status()).isEqualTo("cancelled");
        assertThat(Conversation.of(rows).activeRun().toolCalls()).isEmpty();
    }

    @Test
    void the_text_for_the_model_says_that_it_is_a_recall() {
        log("r1", new LogEvent.RunStarted("s", "r1", new LogEvent.RunMetadata("recall", "rc_1")));
        log("r1", new LogEvent.TextStart("u1", Role.USER, LogEvent.MessageMetadata.ofRecall("rc_1", "me")));
        log("r1", new LogEvent.TextContent("u1", "stretch"));
        log("r1", new LogEvent.TextEnd("u1"));

        ChatMessage message = Conversation.of(rows).messages().getFirst();

        assertThat(message.metadata().origin()).isEqualTo("recall");
        assertThat(message.metadata().recall()).isEqualTo("rc_1");
    }

    /**
     * Symptom: after a reload nothing showed that a run had been stopped, or why it had failed. Cause: only answers
     * were
     * marked, and a run that ended before its first text has none.
     */
    @Test
    void a_failed_run_marks_all_its_messages() {
        run("r1", "hello");
        say("r1", "a1", "half an ans");
        log("r1", new LogEvent.RunError("It broke.", ErrorCode.MODEL_ERROR));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages).extracting(m -> m.metadata().outcome()).containsExactly("error", "error");
        assertThat(messages)
                .extracting(m -> m.metadata().error())
                .containsOnly(new ChatMessage.Fault(ErrorCode.MODEL_ERROR, "It broke."));
    }

    @Test
    void a_rewind_leaves_what_began_before_it_and_only_that() {
        run("r1", "hello");
        say("r1", "a1", "hi");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, List.of()));
        long toSeq = rows.size();
        run("r2", "what time is it?");
        log("r2", new LogEvent.ToolCallStart("t1", "time", "a2"));
        log("r2", new LogEvent.ToolCallEnd("t1"));
        log("r2", ToolCallResult.of("x1", "t1", "noon"));
        log("r2", new LogEvent.RunFinished("s", "r2", LogEvent.Outcome.SUCCESS, List.of()));
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));
        run("r3", "never mind");

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.messages()).extracting(ChatMessage::text).containsExactly("hello", "hi", "never mind");
        assertThat(conversation.activeRun().toolCalls()).isEmpty();
        // The same where only the end of the log is folded.
        Conversation end = Conversation.of(rows.subList((int) toSeq, rows.size()));
        assertThat(end.messages()).extracting(ChatMessage::text).containsExactly("never mind");
    }

    @Test
    void remaining_messages_of_a_run_keep_its_outcome() {
        run("r1", "hello");
        say("r1", "a1", "let me look");
        long toSeq = rows.size();
        log("r1", new LogEvent.TextStart("u2", Role.USER, null));
        log("r1", new LogEvent.TextEnd("u2"));
        log("r1", new LogEvent.RunError("It broke.", ErrorCode.MODEL_ERROR));
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages).extracting(ChatMessage::text).containsExactly("hello", "let me look");
        assertThat(messages).extracting(m -> m.metadata().outcome()).containsOnly("error");
    }
}
