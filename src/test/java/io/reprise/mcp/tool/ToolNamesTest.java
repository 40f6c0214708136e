package io.reprise.mcp.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToolNamesTest {
    private final ToolNames names = new ToolNames(Set.of("a_taken"));

    @Test
    void a_name_that_fits_is_the_prefix_and_the_name() {
        assertThat(names.of("a", "", "read-file")).isEqualTo("a_read-file");
        assertThat(names.of("a.b", "", "x")).isEqualTo("a_b_x");
        assertThat(names.of("a", "Own", "x")).isEqualTo("Own_x");
    }

    @Test
    void a_name_that_must_be_changed_is_the_same_each_time_and_never_that_of_another_tool() {
        for (String tool : List.of("read file", "read/file", "x".repeat(80), "x".repeat(81), "taken")) {
            String given = names.of("a", "", tool);

            assertThat(given).matches("[A-Za-z0-9_-]{1,64}");
            assertThat(given).isEqualTo(new ToolNames(Set.of("a_taken")).of("a", "", tool));
        }
        assertThat(new ToolNames(Set.of()).of("a", "", "read file"))
                .isNotEqualTo(new ToolNames(Set.of()).of("a", "", "read/file"));
    }

    @Test
    void two_servers_whose_names_meet_keep_both_tools() {
        assertThat(names.of("a", "", "b_c")).isEqualTo("a_b_c");
        assertThat(names.of("a_b", "", "c")).startsWith("a_b_c_").isNotEqualTo("a_b_c");
    }
}
