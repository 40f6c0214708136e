package io.reprise.timer;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.ShardMessage.Fire;
import io.reprise.support.Current;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RecentlySentTest {
    private final RecentlySent lately = new RecentlySent(Current.always(100));

    @Test
    void sent_items_are_repeated_only_after_a_while() {
        boolean first = lately.tell(fire(1), 0);
        boolean soon = lately.tell(fire(1), 99);
        boolean later = lately.tell(fire(1), 100);
        boolean soonAgain = lately.tell(fire(1), 199);

        assertThat(first).isTrue();
        assertThat(soon).isFalse();
        assertThat(later).isTrue();
        assertThat(soonAgain).isFalse();
    }

    /**
     * Symptom: the cost of sending many due recalls grew with the square of their number. Cause: each visited all that
     * had been sent;
     * that would take many minutes here.
     */
    @Test
    @Timeout(60)
    void telling_many_looks_only_at_what_is_old() {
        long told = IntStream.range(0, 500_000)
                .filter(i -> lately.tell(fire(i), i / 10_000))
                .count();

        assertThat(told).isEqualTo(500_000);
    }

    private static Fire fire(int i) {
        return new Fire("s_" + i, "rc_1", 1);
    }
}
