package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidFileTest {
    @Test
    void pid_and_port_are_read() {
        List<String> lines =
                List.of("6085", "/data", "1795334013", "54999", "", "127.0.0.1", "  2148729         5", "ready   ");

        assertThat(PidFile.parse(lines)).contains(new PidFile.Owner(6085, 54999));
    }

    @Test
    void a_server_that_has_not_written_its_port_yet_has_port_zero() {
        assertThat(PidFile.parse(List.of("6085", "/data"))).contains(new PidFile.Owner(6085, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "-5", "0", "99999999999999999999"})
    void a_first_line_without_a_pid_names_no_process(String line) {
        assertThat(PidFile.parse(List.of(line))).isEmpty();
    }

    @Test
    void an_empty_file_names_no_process() {
        assertThat(PidFile.parse(List.of())).isEmpty();
    }

    @Test
    void only_a_postgres_of_the_same_folder_is_ours() {
        Path data = Path.of("/srv/data");

        assertThat(RunningProcess.isServerOf("/opt/bin/postgres -D /srv/data -p 1", data))
                .isTrue();
        assertThat(RunningProcess.isServerOf("/opt/bin/postgres -D /srv/data", data))
                .isTrue();
        assertThat(RunningProcess.isServerOf("/opt/bin/postgres -D /srv/data2 -p 1", data))
                .isFalse();
        assertThat(RunningProcess.isServerOf("tail -f /srv/data/log", data)).isFalse();
        assertThat(RunningProcess.isServerOf("", data)).isFalse();
    }
}
