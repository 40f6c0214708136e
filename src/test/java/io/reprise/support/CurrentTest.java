package io.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurrentTest {
    private record Limits(int most, List<String> names) {}

    private final Current.Holder<Limits> limits = new Current.Holder<>(new Limits(1_000, List.of("a")));

    @Test
    void code_that_asks_again_sees_the_next_snapshot_and_a_kept_snapshot_does_not_change() {
        Current<Integer> most = limits.map(Limits::most);
        Limits pinned = limits.get();

        limits.replace(new Limits(2_000, List.of("b")));

        assertThat(most.get()).isEqualTo(2_000);
        assertThat(pinned.most()).isEqualTo(1_000);
    }

    @Test
    void a_derived_value_is_computed_once_for_each_snapshot() {
        List<String> made = new ArrayList<>();
        Current<String> derived = limits.derive(now -> {
            made.add(now.names().getFirst());
            return "of " + now.names().getFirst();
        });

        assertThat(derived.get()).isEqualTo("of a");
        assertThat(derived.get()).isEqualTo("of a");
        limits.replace(new Limits(1_000, List.of("b")));
        assertThat(derived.get()).isEqualTo("of b");
        assertThat(derived.get()).isEqualTo("of b");

        assertThat(made).containsExactly("a", "b");
    }

    @Test
    void a_derived_value_of_an_equal_input_is_not_computed_again() {
        List<Integer> made = new ArrayList<>();
        // Boxed numbers of this size are different objects each time.
        Current<Integer> derived = limits.map(Limits::most).derive(most -> {
            made.add(most);
            return most + 1;
        });

        derived.get();
        limits.replace(new Limits(1_000, List.of("b")));
        derived.get();

        assertThat(made).containsExactly(1_000);
    }
}
