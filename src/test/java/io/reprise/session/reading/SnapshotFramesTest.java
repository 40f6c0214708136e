package io.reprise.session.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ActiveRun;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories.Newest;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotFramesTest {
    private static final Snapshots.Key KEY = new Snapshots.Key("s_1", "e_1", 40);
    private static final ActiveRun RUN = new ActiveRun("r_1", "2026-01-01T00:00:00Z", "user", List.of(), List.of());

    @Test
    void pages_hold_all_messages_in_their_order_and_only_the_last_one_the_run() {
        List<JsonObject> pages = pages(new Newest(messages(7, 100), true, RUN), 700);

        assertThat(pages).hasSizeGreaterThan(2);
        assertThat(pages.stream()
                        .flatMap(page -> page.getJsonArray("messages").stream())
                        .map(message -> ((JsonObject) message).getString("id")))
                .containsExactly("m_0", "m_1", "m_2", "m_3", "m_4", "m_5", "m_6");
        for (int i = 0; i < pages.size(); i++) {
            JsonObject page = pages.get(i);
            boolean last = i == pages.size() - 1;
            assertThat(page.getInteger("page")).isEqualTo(i + 1);
            assertThat(page.getBoolean("last")).isEqualTo(last);
            assertThat(page.containsKey("run")).isEqualTo(last);
            assertThat(page.getBoolean("earlier")).isTrue();
            assertThat(page.getLong("seq")).isEqualTo(40);
            assertThat(page.getJsonArray("messages").encode().length()).isLessThan(760);
        }
    }

    @Test
    void a_message_that_is_larger_than_a_page_has_one_of_its_own() {
        assertThat(pages(new Newest(messages(3, 2_000), false, null), 700)).hasSize(3);
    }

    @Test
    void a_conversation_without_messages_has_one_page() {
        List<JsonObject> pages = pages(new Newest(List.of(), false, null), 700);

        assertThat(pages).hasSize(1);
        assertThat(pages.getFirst().getJsonArray("messages")).isEmpty();
        assertThat(pages.getFirst().getBoolean("last")).isTrue();
    }

    private static List<JsonObject> pages(Newest newest, int sizeMax) {
        return SnapshotFrames.of(KEY, newest, sizeMax).stream()
                .map(JsonObject::new)
                .toList();
    }

    private static List<ChatMessage> messages(int count, int chars) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ChatMessage(
                        "m_" + i, Role.USER, Content.of("\"x".repeat(chars / 2)), null, null, metadata(i)))
                .toList();
    }

    private static ChatMessage.Metadata metadata(long seq) {
        return new ChatMessage.Metadata(
                "r_1",
                seq,
                "2026-01-01T00:00:00Z",
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
                null,
                null);
    }
}
