package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private final ManualTime time = new ManualTime();
    private final List<JsonObject> sent = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final ClientOptions options =
            new ClientOptions("ws://test/ws").sizes(new ClientOptions.Sizes(1_000, 1_000, 3));
    private final Link link = new Link(options, time, () -> 1.0, sent::add);

    private Reading reading(Cursor cursor) {
        Reading reading = new Reading("s", cursor, new Told(), link);
        reading.attach();
        return reading;
    }

    private final class Told implements SessionListener {
        @Override
        public void attached(JsonObject verdict) {
            told.add(verdict.getString("mode"));
        }

        @Override
        public void snapshot(JsonObject snapshot) {
            told.add("snapshot of " + snapshot.getJsonArray("messages").size());
        }

        @Override
        public void event(JsonObject frame) {
            told.add("event " + frame.getLong("seq"));
        }

        @Override
        public void live(long seq) {
            told.add("live " + seq);
        }

        @Override
        public void failed(CommandException error) {
            told.add("failed " + error.code());
        }
    }

    private JsonObject attached(String mode, long head) {
        String id = sent.getLast().getString("id");
        return frame("attached")
                .put("id", id)
                .put("epoch", "e")
                .put("mode", mode)
                .put("head", head);
    }

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("session", "s");
    }

    private static JsonObject page(int page, boolean last, int messages) {
        JsonArray all = new JsonArray();
        for (int i = 0; i < messages; i++) all.add(new JsonObject());
        return frame("snapshot")
                .put("epoch", "e")
                .put("seq", 7)
                .put("page", page)
                .put("last", last)
                .put("messages", all);
    }

    private static JsonObject event(long from, long seq) {
        return frame("event").put("from", from).put("seq", seq);
    }

    private Reading live(long seq) {
        Reading reading = reading(new Cursor("e", seq));
        reading.take(attached("replay", seq));
        reading.take(frame("live").put("seq", seq));
        told.clear();
        return reading;
    }

    @Test
    void the_cursor_is_sent_and_moved_by_events() {
        Reading reading = reading(new Cursor("e", 5));

        assertThat(sent.getLast().getString("epoch")).isEqualTo("e");
        assertThat(sent.getLast().getLong("after")).isEqualTo(5);
        reading.take(event(6, 6)); // of an earlier attach
        reading.take(attached("replay", 8));
        reading.take(event(6, 8));
        reading.take(frame("live").put("seq", 8));

        assertThat(told).containsExactly("replay", "event 8", "live 8");
        assertThat(reading.cursor()).isEqualTo(new Cursor("e", 8));
        assertThat(reading.status()).isEqualTo(Reading.Status.LIVE);
        assertThat(time.waiting()).isZero();
    }

    @Test
    void a_snapshot_counts_with_its_last_page() {
        Reading reading = reading(null);
        assertThat(sent.getLast().containsKey("epoch")).isFalse();
        reading.take(attached("snapshot", 7));

        reading.take(page(1, false, 2));
        assertThat(reading.cursor()).isNull();
        reading.take(page(2, true, 1));

        assertThat(told).containsExactly("snapshot", "snapshot of 3");
        assertThat(reading.cursor()).isEqualTo(new Cursor("e", 7));
    }

    @Test
    void a_missing_page_is_asked_for_again_without_a_cursor() {
        Reading reading = reading(null);
        reading.take(attached("snapshot", 7));

        reading.take(page(2, true, 1));
        time.advance(0);

        assertThat(sent).hasSize(2);
        assertThat(sent.getLast().containsKey("epoch")).isFalse();
        assertThat(told).containsExactly("snapshot");
    }

    @Test
    void a_snapshot_that_is_too_large_ends_the_reading() {
        Reading reading = reading(null);
        reading.take(attached("snapshot", 7));

        reading.take(page(1, false, 4));

        assertThat(told).containsExactly("snapshot", "failed too_large");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void a_hole_an_overlap_and_a_beat_ahead_are_asked_for_again() {
        for (JsonObject frame : List.of(event(7, 7), event(5, 7))) {
            Reading reading = live(5);
            int before = sent.size();
            reading.take(frame);
            time.advance(0);
            assertThat(sent).hasSize(before + 1);
            assertThat(sent.getLast().getLong("after")).isEqualTo(5);
            assertThat(told).isEmpty();
        }
        Reading reading = live(5);
        int before = sent.size();
        reading.beat(5);
        time.advance(0);
        assertThat(sent).hasSize(before);
        reading.beat(6);
        time.advance(0);
        assertThat(sent).hasSize(before + 1);
    }

    @Test
    void what_was_applied_is_ignored() {
        Reading reading = live(5);

        reading.take(event(4, 5));

        assertThat(told).isEmpty();
        assertThat(reading.cursor()).isEqualTo(new Cursor("e", 5));
    }

    @Test
    void a_reset_that_nobody_asked_for_drops_the_cursor() {
        Reading reading = live(5);

        reading.take(frame("attached").put("epoch", "e").put("mode", "reset").put("head", 7));
        assertThat(reading.cursor()).isNull();
        reading.take(page(1, true, 0));

        assertThat(told).containsExactly("reset", "snapshot of 0");
        assertThat(reading.cursor()).isEqualTo(new Cursor("e", 7));
    }

    @Test
    void a_refusal_ends_the_reading_unless_it_is_temporary() {
        Reading reading = reading(null);
        String id = sent.getLast().getString("id");
        JsonObject error = frame("error").put("id", id).put("message", "no");

        reading.take(error.copy()
                .put("code", "too_many_requests")
                .put("retryable", true)
                .put("afterMs", 9_000));
        time.advance(8_999);
        assertThat(sent).hasSize(1);
        time.advance(1);
        assertThat(sent).hasSize(2);
        reading.take(error.put("id", sent.getLast().getString("id"))
                .put("code", "not_found")
                .put("retryable", false));
        reading.attach();

        assertThat(told).containsExactly("failed not_found");
        assertThat(sent).hasSize(2);
    }

    @Test
    void silence_before_it_is_live_is_ended_by_another_attach() {
        Reading reading = reading(new Cursor("e", 5));
        reading.take(attached("replay", 8));

        time.advance(15_000);

        assertThat(sent).hasSize(2);
        assertThat(reading.status()).isEqualTo(Reading.Status.ATTACHING);
    }
}
