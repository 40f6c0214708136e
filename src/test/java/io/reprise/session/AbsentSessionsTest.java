package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AbsentSessionsTest {
    private long nowMs;
    private final AbsentSessions absent = new AbsentSessions(3, () -> nowMs);

    @Test
    void what_was_not_there_is_remembered_for_a_while() {
        absent.absent("s_1", absent.lookUpBegins());
        nowMs += 4_999;
        boolean soon = absent.contains("s_1");
        nowMs += 1;

        assertThat(soon).isTrue();
        assertThat(absent.contains("s_1")).isFalse();
    }

    @Test
    void only_so_many_are_kept_and_the_oldest_go() {
        for (int i = 1; i <= 4; i++) absent.absent("s_" + i, absent.lookUpBegins());

        assertThat(absent.contains("s_1")).isFalse();
        assertThat(absent.contains("s_2")).isTrue();
        assertThat(absent.contains("s_4")).isTrue();
    }

    @Test
    void a_session_that_is_made_while_it_is_looked_for_is_not_hidden() {
        long before = absent.lookUpBegins();
        absent.making("s_1");
        absent.absent("s_1", before);
        absent.absent("s_1", absent.lookUpBegins());
        boolean whileItIsMade = absent.contains("s_1");
        absent.made("s_1");
        absent.absent("s_1", before);

        assertThat(whileItIsMade).isFalse();
        assertThat(absent.contains("s_1")).isFalse();
    }
}
