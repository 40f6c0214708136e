package io.reprise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Json;
import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the log says between messages. */
class NotesTest {
    private final List<LogRow> rows = new ArrayList<>();

    @Test
    void an_event_between_messages_is_with_the_message_before_it() {
        say("u1");
        log(new LogEvent.MiddlewareSkipped("pii", "It is not there."));
        say("a1");
        log(new LogEvent.ContextCleared(List.of("t1"), 900, 300));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(names(messages.getFirst())).containsExactly("middleware.skipped");
        assertThat(names(messages.getLast())).containsExactly("context.cleared");
        assertThat(Json.text(messages.getFirst().metadata().notes()))
                .isEqualTo("[{\"run\":\"r1\",\"seq\":3,\"at\":\"1970-01-01T00:00:03Z\",\"name\":\"middleware.skipped\","
                        + "\"value\":{\"middleware\":\"pii\",\"why\":\"It is not there.\"}}]");
    }

    @Test
    void an_event_before_the_first_message_is_with_that_one() {
        log(new LogEvent.ContextSummarised(1, "They met.", 900, 30).forLater());
        say("u1");

        assertThat(names(Conversation.of(rows).messages().getFirst())).containsExactly("context.summarised");
    }

    @Test
    void a_message_without_events_says_nothing_of_them() {
        say("u1");

        assertThat(Conversation.of(rows).messages().getFirst().metadata().notes())
                .isNull();
    }

    @Test
    void a_rewind_leaves_only_events_before_it() {
        say("u1");
        log(new LogEvent.MiddlewareSkipped("pii", "It is not there."));
        long toSeq = rows.size();
        log(new LogEvent.ContextCleared(List.of("t1"), 900, 300));
        say("a1");
        log(new LogEvent.HistoryRewound(toSeq, "u1"));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages).hasSize(1);
        assertThat(names(messages.getFirst())).containsExactly("middleware.skipped");
    }

    @Test
    void a_message_has_only_the_newest_events() {
        say("u1");
        for (int i = 1; i <= 25; i++) log(new LogEvent.ContextCleared(List.of("t" + i), 900, 300));

        List<ChatMessage.Note> notes =
                Conversation.of(rows).messages().getFirst().metadata().notes();

        assertThat(notes).hasSize(20);
        assertThat(notes.getLast().value()).isEqualTo(new LogEvent.ContextCleared(List.of("t25"), 900, 300));
    }

    private static List<String> names(ChatMessage message) {
        return message.metadata().notes().stream().map(ChatMessage.Note::name).toList();
    }

    private void say(String message) {
        add(new LogEvent.TextStart(message, Role.USER, null));
        add(new LogEvent.TextEnd(message));
    }

    private void log(LogEvent.CustomValue value) {
        add(LogEvent.Custom.of(value));
    }

    private void add(LogEvent event) {
        long seq = rows.size() + 1;
        rows.add(EventJson.row(seq, seq, "r1", EventJson.type(event), EventJson.of(event), null, 1_000 * seq));
    }
}
