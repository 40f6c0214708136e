package io.reprise.mcp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SseEventsTest {
    /** In pieces of this size. */
    private static SseEvents events(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Queue<byte[]> pieces = new ArrayDeque<>();
        for (int i = 0; i < bytes.length; i += size) {
            pieces.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size)));
        }
        return new SseEvents(pieces::poll, 1_000);
    }

    private static String data(SseEvents events) throws Exception {
        SseEvents.Event event = events.next();
        return event == null ? null : new String(event.data(), StandardCharsets.UTF_8);
    }

    @Test
    void events_are_read_whatever_ends_their_lines_and_wherever_they_are_cut() throws Exception {
        for (int size : new int[] {1, 2, 3, 1_000}) {
            for (String end : new String[] {"\n", "\r\n", "\r"}) {
                SseEvents events = events(
                        ":comment\nretry: 250\nid: 1\ndata:\n\nevent: message\ndata: {\"ü\":1}\n\ndata:a\ndata:  b\n\ndata: lost\n"
                                .replace("\n", end),
                        size);

                assertThat(data(events)).isEmpty();
                assertThat(data(events)).isEqualTo("{\"ü\":1}");
                assertThat(data(events)).isEqualTo("a\n b");
                assertThat(data(events)).isNull();
                assertThat(events.lastId()).isEqualTo("1");
                assertThat(events.retryMs()).isEqualTo(250);
            }
        }
    }

    @Test
    void an_event_without_an_end_is_not_collected_for_ever() {
        assertThatThrownBy(() -> events("data: " + "x".repeat(2_000), 100).next())
                .isInstanceOf(McpFailure.class);
        assertThatThrownBy(() -> events("data: xxxxxxxxxx\n".repeat(200), 100).next())
                .isInstanceOf(McpFailure.class);
    }

    @Test
    void values_of_headers_are_plain_where_they_can_be() {
        assertThat(HeaderValue.of("us-west1")).isEqualTo("us-west1");
        assertThat(HeaderValue.of(" padded ")).isEqualTo("=?base64?IHBhZGRlZCA=?=");
        assertThat(HeaderValue.of("line1\nline2")).isEqualTo("=?base64?bGluZTEKbGluZTI=?=");
        assertThat(HeaderValue.of("=?base64?literal?=")).isEqualTo("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=");
    }
}
