package io.reprise.session.fork;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForkTitleTest {
    @Test
    void a_fork_has_the_title_of_its_source_and_says_that_it_is_a_fork() {
        assertThat(ForkTitle.of("Quokkas", 200)).isEqualTo("Quokkas (fork)");
        assertThat(ForkTitle.of("Quokkas (fork)", 200)).isEqualTo("Quokkas (fork 2)");
        assertThat(ForkTitle.of("Quokkas (fork 9)", 200)).isEqualTo("Quokkas (fork 10)");
        assertThat(ForkTitle.of("Two\nlines", 200)).isEqualTo("Two\nlines (fork)");
        assertThat(ForkTitle.of("(fork)", 200)).isEqualTo("(fork) (fork)");
    }

    @Test
    void a_fork_without_a_title_has_none() {
        assertThat(ForkTitle.of(null, 200)).isNull();
    }

    @Test
    void it_is_no_longer_than_a_title_may_be_and_splits_no_character() {
        assertThat(ForkTitle.of("abcdefghij", 12)).isEqualTo("abcde (fork)");
        assertThat(ForkTitle.of("abcd\uD83D\uDE00fghij", 12)).isEqualTo("abcd (fork)");
    }
}
