package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.LogSettings;
import io.reprise.message.EventFrame;
import io.reprise.message.LogEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Symptom: hundreds of readers that fell behind one session delayed the other sessions of its event loop. Cause: the same
 * page was made anew for each of them.
 */
class SharedPageTest {
    private final SessionLog log =
            new SessionLog("s", new LogSettings(500, 1_024, 65_536, 65_536, 100, 4, 4_096), 0, 1);
    private final SharedPage page = new SharedPage(log);

    @Test
    void readers_at_the_same_event_have_the_same_page_also_when_there_is_more_by_now() {
        say("one ");
        List<EventFrame> first = page.behind(0);
        say("two ");

        assertThat(page.behind(0)).isSameAs(first);
        assertThat(first.getLast().seq()).isEqualTo(1);
    }

    @Test
    void a_reader_at_another_event_has_what_follows_it() {
        say("one ");
        page.behind(0);
        say("two ");

        List<EventFrame> next = page.behind(1);

        assertThat(next).hasSize(1);
        assertThat(next.getFirst().from()).isEqualTo(2);
        assertThat(next.getFirst().text()).contains("two ").doesNotContain("one ");
    }

    @Test
    void a_reader_at_the_head_has_the_next_event_once_there_is_one() {
        say("one ");
        assertThat(page.behind(1)).isEmpty();
        say("two ");

        assertThat(page.behind(1)).extracting(EventFrame::seq).containsExactly(2L);
    }

    @Test
    void what_is_forgotten_is_made_anew() {
        say("one ");
        page.behind(0);
        say("two ");
        page.forget();

        assertThat(page.behind(0).getLast().seq()).isEqualTo(2);
    }

    private void say(String word) {
        log.number(new LogEvent.TextContent("m", word), "r", 0);
        log.announce(false);
    }
}
