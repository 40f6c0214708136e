package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.ReadState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as unread, and what reading changes. */
class SessionReadTest extends SessionBench {
    @Test
    void a_finished_answer_is_unread_until_it_was_read_to_its_end() {
        long end = answer("c1", "a_1");
        assertThat(store.read).isEqualTo(new ReadState(0, List.of(end)));

        assertThat(read("c2", end - 1)).isEqualTo(new CommandResult.Read(end - 1, 1));
        assertThat(read("c3", end)).isEqualTo(new CommandResult.Read(end, 0));
    }

    @Test
    void a_growing_answer_and_the_message_of_the_user_are_not_unread() {
        String run = start();
        batch(
                run,
                1,
                null,
                new LogEvent.TextStart("a_1", Role.ASSISTANT, null),
                new LogEvent.TextContent("a_1", "gro"));
        storeAll();

        assertThat(store.read).isEqualTo(ReadState.NOTHING);
    }

    @Test
    void a_mark_never_moves_back_and_a_repeat_stores_nothing() {
        long end = answer("c1", "a_1");
        read("c2", end);
        int before = store.appends;

        assertThat(read("c3", 1)).isEqualTo(new CommandResult.Read(end, 0));
        assertThat(read("c4", end)).isEqualTo(new CommandResult.Read(end, 0));
        assertThat(store.appends).isEqualTo(before);
    }

    @Test
    void nothing_beyond_the_head_can_be_read() {
        answer("c1", "a_1");

        assertThat(read("c2", Long.MAX_VALUE)).isEqualTo(new CommandResult.Read(store.head, 0));
        long end = answer("c3", "a_2");
        assertThat(store.read.unread()).containsExactly(end);
    }

    @Test
    void what_is_superseded_needs_no_reading() {
        answer("c1", "a_1");
        request("c2", new Command.Regenerate(null, null));
        storeAll();

        assertThat(store.read.unread()).isEmpty();
    }

    @Test
    void of_more_messages_than_the_limit_the_newest_count() {
        change("sessions.unreadMax", "2");
        store.unreadMax = 2;
        answer("c1", "a_1");
        long second = answer("c2", "a_2");
        long third = answer("c3", "a_3");

        assertThat(store.read.unread()).containsExactly(second, third);
    }

    @Test
    void the_count_outlives_the_session_in_memory() {
        long end = answer("c1", "a_1");
        load();

        assertThat(read("c2", end - 1)).isEqualTo(new CommandResult.Read(end - 1, 1));
    }

    private CommandResult read(String id, long seq) {
        var replyTo = new ShardMessage.ReplyTo("gateway.t.0", Long.parseLong(id.substring(1)));
        Command read = new Command.Read(seq);
        handle(message(new ShardMessage.Request("s", "user", null, null, read, replyTo)));
        storeAll();
        return accepted(id).result();
    }

    /** Returns the last event of the answer. */
    private long answer(String command, String message) {
        send(command, "question");
        storeAll();
        String run = told(AgentMessage.RunRequest.class).getLast().run();
        batch(run, 1, new RunEnd.Finished(List.of()), text(message, "text"));
        storeAll();
        return store.read.unread().getLast();
    }
}
