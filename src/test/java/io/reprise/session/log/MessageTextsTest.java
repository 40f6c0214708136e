package io.reprise.session.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Change.Said;
import io.reprise.support.Current;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTextsTest {
    private final Current.Holder<Integer> bytesMax = new Current.Holder<>(4);
    private final MessageTexts texts = new MessageTexts(bytesMax, (said, next) -> {});

    @Test
    void the_text_of_a_message_is_cut_to_the_limit_in_bytes() {
        assertThat(searched("abc", "def")).isEqualTo("abcd");
        assertThat(searched("éé", "é")).isEqualTo("éé");
    }

    /** Symptom: a changed limit had no effect on loaded sessions. Cause: the limit was read when a session was loaded. */
    @Test
    void the_limit_follows_the_settings() {
        bytesMax.replace(2);

        assertThat(searched("abc", "def")).isEqualTo("ab");
    }

    private String searched(String... pieces) {
        NextAppend next = new NextAppend();
        texts.apply(new LogEvent.TextStart("m", Role.USER, null), 1, next);
        for (String piece : pieces) texts.apply(new LogEvent.TextContent("m", piece), 2, next);
        texts.apply(new LogEvent.TextEnd("m"), 3, next);
        return next.with("s", 1, 1, 3, List.of()).changes(Said.class).getFirst().folded();
    }
}
