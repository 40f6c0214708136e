package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AbsentSessionsTest {
    private long nowMs;
    private final AbsentSessions absent = new AbsentSessions(3, () -> nowMs);

    @Test
    void an_unknown_session_is_remembered_for_a_while() {
        absent.absent("s_1", absent.lookUpBegins());
        nowMs += 4_999;
        boolean soon = absent.contains("s_1");
        nowMs += 1;

        assertThat(soon).isTrue();
        assertThat(absent.contains("s_1")).isFalse();
    }

    @Test
    void the_number_is_limited_and_the_oldest_are_removed() {
        for (int i = 1; i <= 4; i++) absent.absent("s_" + i, absent.lookUpBegins());

        assertThat(absent.contains("s_1")).isFalse();
        assertThat(absent.contains("s_2")).isTrue();
        assertThat(absent.contains("s_4")).isTrue();
    }

    @Test
    void a_session_that_is_created_during_a_look_up_is_found() {
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
