package io.reprise.session.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.LogSettings;
import io.reprise.config.Settings;
import io.reprise.message.log.EventFrame;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.LogText;
import io.reprise.support.Current;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionLogTest {
    private static final String RUN = "r1";

    @Test
    void neighbouring_deltas_of_one_message_share_a_row() {
        SessionLog log = log(Map.of());

        text(log, "m1", "one ");
        text(log, "m1", "two ");
        text(log, "m2", "three");

        List<LogRow> rows = log.unstored(true);
        assertThat(rows).hasSize(2);
        LogRow.Segment first = (LogRow.Segment) rows.getFirst();
        assertThat(first.from()).isEqualTo(1);
        assertThat(first.seq()).isEqualTo(2);
        assertThat(first.text()).isEqualTo("one two ");
        assertThat(first.ends()).containsExactly(4, 8);
        assertThat(rows.getLast().from()).isEqualTo(3);
    }

    @Test
    void changed_limits_apply_to_the_next_numbered_event() {
        Current.Holder<LogSettings> limits =
                new Current.Holder<>(Settings.defaults().log());
        SessionLog log = new SessionLog("s", limits, 0, 1);
        text(log, "m1", "x".repeat(1_000));
        text(log, "m1", "x".repeat(1_000));

        limits.replace(Settings.with(Map.of("log.segmentBytesMax", "1024")).log());
        text(log, "m1", "y");

        assertThat(log.unstored(true)).extracting(LogRow::from).containsExactly(1L, 3L);
    }

    @Test
    void any_other_event_closes_the_segment() {
        SessionLog log = log(Map.of());

        text(log, "m1", "one ");
        log.number(new LogEvent.StepFinished("step 1"), RUN, 0);
        text(log, "m1", "two ");

        assertThat(log.unstored(true)).extracting(LogRow::from).containsExactly(1L, 2L, 3L);
    }

    @Test
    void a_full_segment_is_closed() {
        SessionLog log = log(Map.of("log.segmentBytesMax", "1024"));

        for (int i = 0; i < 5; i++) text(log, "m1", "x".repeat(400));

        assertThat(log.unstored(true)).extracting(LogRow::seq).containsExactly(2L, 4L, 5L);
    }

    @Test
    void an_append_does_not_store_the_growing_segment_before_its_time() {
        SessionLog log = log(Map.of());
        log.number(new LogEvent.StepStarted("step 1"), RUN, 0);
        text(log, "m1", "one");

        assertThat(log.unstored(false)).extracting(LogRow::seq).containsExactly(1L);
        assertThat(log.unstored(true)).extracting(LogRow::seq).containsExactly(1L, 2L);
    }

    @Test
    void deltas_are_announced_at_once_and_everything_else_when_it_is_stored() {
        SessionLog log = log(Map.of());
        text(log, "m1", "one");
        log.number(new LogEvent.TextEnd("m1"), RUN, 0);
        text(log, "m2", "two");

        log.announce(false);
        assertThat(log.announced())
                .as("up to the first event that must be stored")
                .isEqualTo(1);

        log.unstored(false);
        log.storedUpTo(2);
        log.announce(false);
        assertThat(log.announced()).isEqualTo(3);
    }

    @Test
    void with_immediate_storing_nothing_is_announced_before_it_is_stored() {
        SessionLog log = log(Map.of());
        text(log, "m1", "one");

        assertThat(log.announce(true)).isFalse();
    }

    @Test
    void a_page_ends_at_its_limits_but_brings_at_least_one_event() {
        SessionLog log = log(Map.of("log.pageEvents", "2", "log.pageBytesMax", "4096"));
        log.number(new LogEvent.TextContent("m1", "x".repeat(9_000)), RUN, 0);
        for (int i = 0; i < 4; i++) log.number(new LogEvent.StepFinished("s" + i), RUN, 0);

        assertThat(log.page(0, 5)).extracting(EventFrame::seq).containsExactly(1L);
        assertThat(log.page(1, 5)).extracting(EventFrame::seq).containsExactly(2L, 3L);
        assertThat(log.page(4, 4)).isEmpty();
    }

    @Test
    void only_events_that_are_stored_and_announced_are_removed_from_memory() {
        SessionLog log = log(Map.of("log.memoryBytesMax", "0"));
        for (int i = 0; i < 6; i++) log.number(new LogEvent.StepFinished("s" + i), RUN, 0);
        log.unstored(true);
        log.storedUpTo(4);

        log.trim();
        assertThat(log.covers(0)).as("nothing was announced yet").isTrue();

        log.announce(false);
        log.trim();
        assertThat(log.covers(3)).isFalse();
        assertThat(log.covers(4)).isTrue();
    }

    @Test
    void the_text_after_any_cursor_is_exact_while_it_grows_once_closed_and_from_the_store() {
        for (long seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            SessionLog log = log(Map.of("log.segmentBytesMax", "1024"));
            StringBuilder whole = new StringBuilder();
            int[] ends = new int[61];
            for (int i = 1; i <= 60; i++) {
                String piece = "p" + i + (random.nextInt(5) == 0 ? "😀 " : " ").repeat(random.nextInt(40));
                text(log, "m1", piece);
                whole.append(piece);
                ends[i] = whole.length();
                if (random.nextInt(20) == 0) log.unstored(true);
                int after = random.nextInt(i + 1);
                assertThat(text(log.frames(after, i))).as("seed " + seed).isEqualTo(whole.substring(ends[after]));
            }
            List<LogRow> stored = log.unstored(true);
            for (int after = 0; after < 60; after++) {
                int upTo = after + 1 + random.nextInt(60 - after);
                List<EventFrame> frames = log.page(after, upTo, stored);
                assertThat(frames.getFirst().from()).isEqualTo(after + 1);
                assertThat(text(frames)).as("seed " + seed).isEqualTo(whole.substring(ends[after], ends[upTo]));
            }
        }
    }

    private static SessionLog log(Map<String, String> settings) {
        return new SessionLog("s", Current.always(Settings.with(settings).log()), 0, 1);
    }

    private static void text(SessionLog log, String message, String delta) {
        log.number(new LogEvent.TextContent(message, delta), RUN, 0);
    }

    private static String text(List<EventFrame> frames) {
        StringBuilder text = new StringBuilder();
        frames.forEach(frame -> text.append(LogText.of(frame)));
        return text.toString();
    }
}
