package io.reprise.session.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Reader;
import io.reprise.message.ShardMessage.Pull;
import io.reprise.message.log.EventFrame;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Symptom: hundreds of readers that fell behind in one session kept the store busy and delayed the other sessions of
 * its event loop. Cause: the same page was read and made again for each of them.
 */
class SharedPageTest {
    private static final Reader FIRST = new Reader("g", 1);
    private static final Reader SECOND = new Reader("g", 2);

    private final SharedPage page = new SharedPage();
    private final SharedReads reads = new SharedReads();

    @Test
    void readers_at_the_same_event_have_the_same_page_until_it_is_forgotten() {
        List<EventFrame> frames = page.keep(3, List.of(new EventFrame(4, 5, "{}")));

        assertThat(page.behind(3)).containsSame(frames);
        assertThat(page.behind(4)).isEmpty();
        page.forget();
        assertThat(page.behind(3)).isEmpty();
    }

    @Test
    void a_page_without_events_is_not_cached() {
        page.keep(3, List.of());

        assertThat(page.behind(3)).isEmpty();
    }

    @Test
    void a_page_that_several_readers_wait_for_is_read_once() {
        assertThat(reads.join(new Pull("s", FIRST, 1, 3))).isTrue();
        assertThat(reads.join(new Pull("s", SECOND, 7, 3))).isFalse();
        assertThat(reads.join(new Pull("s", SECOND, 8, 9)))
                .as("behind another event")
                .isTrue();

        assertThat(reads.take(3)).isEqualTo(Map.of(FIRST, 1L, SECOND, 7L));
        assertThat(reads.take(3)).isEmpty();
    }

    @Test
    void a_reader_that_asks_again_causes_a_new_read() {
        reads.join(new Pull("s", FIRST, 1, 3));
        reads.join(new Pull("s", SECOND, 1, 3));

        assertThat(reads.join(new Pull("s", SECOND, 2, 3))).isTrue();
        assertThat(reads.join(new Pull("s", FIRST, 2, 3)))
                .as("there is a read again")
                .isFalse();
        assertThat(reads.take(3)).isEqualTo(Map.of(FIRST, 2L, SECOND, 2L));
    }

    @Test
    void a_reader_that_left_is_forgotten() {
        reads.join(new Pull("s", FIRST, 1, 3));

        reads.retain(SECOND::equals);

        assertThat(reads.join(new Pull("s", SECOND, 1, 3))).isTrue();
    }
}
