package io.reprise.gateway.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.ServerSettings;
import io.reprise.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int LIMIT = 16_384;
    private static final ServerSettings SETTINGS = Settings.with(
                    Map.of("server.outboxBytesMax", Integer.toString(LIMIT), "server.stallMs", "1000"))
            .server();

    private final Queue<Promise<Void>> underWay = new ArrayDeque<>();
    private final StringBuilder written = new StringBuilder();
    private final StringBuilder shape = new StringBuilder();
    private long nowMs = 5_000;
    private int drained;
    private int broken;
    private long counted;
    private final Outbox outbox =
            new Outbox(this::write, SETTINGS, () -> nowMs, more -> counted += more, () -> drained++, () -> broken++);

    @Test
    void it_is_full_above_the_limit_and_can_take_more_below_half_of_it() {
        outbox.push("x".repeat(10_000));
        assertThat(outbox.full()).isFalse();
        outbox.push("x".repeat(8_000));
        assertThat(outbox.full()).isTrue();

        leave(1);
        assertThat(outbox.full()).as("8000 of 16384 wait").isFalse();
        assertThat(drained).isOne();
        leave(1);
        assertThat(drained).isOne();
    }

    @Test
    void it_stays_full_until_half_of_it_has_left() {
        outbox.push("x".repeat(8_000));
        outbox.push("x".repeat(10_000));

        leave(1);

        assertThat(outbox.full()).isTrue();
        assertThat(drained).isZero();
    }

    @Test
    void bytes_count_and_not_characters() {
        outbox.push("é".repeat(8_193));
        assertThat(outbox.full()).isTrue();

        leave(1);
        outbox.push("😀".repeat(4_096));
        assertThat(outbox.full()).isFalse();
        outbox.push("x");
        assertThat(outbox.full()).isTrue();
    }

    @Test
    void what_waits_is_counted_until_it_has_left() {
        outbox.push("é");
        outbox.answer("abc");
        assertThat(counted).isEqualTo(5);

        leave(1);
        assertThat(counted).isEqualTo(3);
        underWay.remove().fail("the client is gone");
        assertThat(counted).isZero();
    }

    @Test
    void a_long_frame_is_sent_in_parts_that_split_no_character() {
        String frame = "x" + "😀".repeat(20_000);

        outbox.push(frame);

        assertThat(written).hasToString(frame);
        assertThat(shape).hasToString("[--]");
    }

    @Test
    void it_is_stalled_when_nothing_leaves_for_too_long() {
        nowMs += 50_000;
        outbox.push("a");
        outbox.push("b");
        nowMs += 999;
        assertThat(outbox.stalled()).isFalse();
        leave(1);
        nowMs += 999;
        assertThat(outbox.stalled()).isFalse();
        nowMs += 1;
        assertThat(outbox.stalled()).isTrue();
        leave(1);
        assertThat(outbox.stalled()).as("nothing waits").isFalse();
    }

    @Test
    void a_full_outbox_still_accepts_answers_up_to_their_own_limit() {
        outbox.push("x".repeat(LIMIT + 1));

        assertThat(outbox.answer("y".repeat(LIMIT))).isTrue();
        assertThat(outbox.answer("y")).isFalse();
        leave(underWay.size());
        assertThat(outbox.answer("y")).isTrue();
    }

    @Test
    void other_written_bytes_count_as_answers() {
        Promise<Void> pong = Promise.promise();

        assertThat(outbox.answer(LIMIT, pong.future())).isTrue();
        assertThat(outbox.answer("y")).isFalse();
        pong.complete();
        assertThat(outbox.answer("y")).isTrue();
    }

    @Test
    void a_failed_write_is_reported() {
        outbox.push("x");
        underWay.remove().fail("the client is gone");

        assertThat(broken).isOne();
    }

    private Future<Void> write(String part, boolean first, boolean last) {
        written.append(part);
        shape.append(first ? "[" : "").append(last ? "]" : "-");
        Promise<Void> promise = Promise.promise();
        underWay.add(promise);
        return promise.future();
    }

    private void leave(int parts) {
        for (int i = 0; i < parts; i++) underWay.remove().complete();
    }
}
