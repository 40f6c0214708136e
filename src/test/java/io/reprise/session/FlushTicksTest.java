package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When growing texts are stored. */
class FlushTicksTest {
    private final TreeMap<Long, List<Runnable>> timers = new TreeMap<>();
    private final List<String> flushed = new ArrayList<>();
    private long nowMs = 1_100;
    private final FlushTicks ticks = new FlushTicks(
            (task, ms) ->
                    timers.computeIfAbsent(nowMs + ms, at -> new ArrayList<>()).add(task),
            () -> nowMs);

    private void advanceTo(long ms) {
        while (!timers.isEmpty() && timers.firstKey() <= ms) {
            var due = timers.pollFirstEntry();
            nowMs = due.getKey();
            due.getValue().forEach(Runnable::run);
        }
        nowMs = ms;
    }

    private void flushes(String session, long withinMs) {
        ticks.within(withinMs, () -> flushed.add(session + "@" + nowMs));
    }

    @Test
    void texts_that_began_at_different_times_are_stored_together() {
        flushes("a", 500);
        advanceTo(1_300);
        flushes("b", 500);

        advanceTo(2_000);

        assertThat(flushed).containsExactly("a@1500", "b@1500");
    }

    @Test
    void a_text_waits_no_longer_than_its_limit() {
        nowMs = 1_500;
        flushes("a", 500);
        flushes("b", 200);

        advanceTo(2_000);

        assertThat(flushed).containsExactly("a@1600", "b@1600");
    }

    @Test
    void a_growing_text_is_stored_at_each_tick() {
        ticks.within(500, () -> {
            flushed.add("a@" + nowMs);
            flushes("a", 500);
        });

        advanceTo(2_400);

        assertThat(flushed).containsExactly("a@1500", "a@2000");
    }
}
