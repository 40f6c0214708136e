package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresSettingsTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void no_option_needs_quoting_in_a_shell(boolean durable) {
        assertThat(new PostgresSettings(durable).options(5432)).allMatch(word -> word.matches("[A-Za-z0-9_.=-]+"));
    }

    @Test
    void the_command_line_begins_with_program_and_folder() {
        assertThat(new PostgresSettings(true).commandLine("/bin/postgres", Path.of("/data"), 5432))
                .startsWith("/bin/postgres", "-D", "/data", "-p", "5432")
                .contains("fsync=on", "synchronous_commit=on");
    }
}
