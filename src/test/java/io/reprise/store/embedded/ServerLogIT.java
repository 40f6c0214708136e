package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogIT {
    @TempDir
    Path temp;

    @Test
    void a_large_log_is_set_aside_while_its_writer_continues() throws IOException {
        ServerLog log = new ServerLog(temp.resolve("server.log"), 10);
        try (var writer = Files.newOutputStream(log.file(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write("more than ten bytes\n".getBytes());
            log.rotateIfLarge();
            writer.write("next\n".getBytes());
        }

        assertThat(log.olderFile()).hasContent("more than ten bytes\n");
        assertThat(log.file()).hasContent("next\n");
    }

    @Test
    void a_small_log_stays() throws IOException {
        ServerLog log = new ServerLog(temp.resolve("server.log"), 10);
        Files.writeString(log.file(), "short");

        log.rotateIfLarge();

        assertThat(log.file()).hasContent("short");
        assertThat(log.olderFile()).doesNotExist();
    }

    @Test
    void the_log_is_read_from_an_offset() throws IOException {
        ServerLog log = new ServerLog(temp.resolve("server.log"), 10);
        assertThat(log.since(0)).isEmpty();
        Files.writeString(log.file(), "before\n");
        long offset = log.sizeBytes();
        Files.writeString(log.file(), "after\n", StandardOpenOption.APPEND);

        assertThat(log.since(offset)).isEqualTo("after\n");
    }
}
