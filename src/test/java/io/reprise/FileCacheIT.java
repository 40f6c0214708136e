package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheIT {
    @TempDir
    private Path temporary;

    /**
     * Symptom: each killed server left a folder in the temporary folder forever. Cause: nothing recorded who owned it.
     */
    @Test
    void only_folders_of_killed_processes_are_deleted() throws IOException, InterruptedException {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path left = folder("reprise-cache-" + dead.pid() + "-a1b2");
        Path used = folder("reprise-cache-" + ProcessHandle.current().pid() + "-c3d4");
        Path foreign = folder("vertx-cache-" + dead.pid());

        new FileCache(temporary).deleteLeft();

        assertThat(left).doesNotExist();
        assertThat(used.resolve("deep/file")).exists();
        assertThat(foreign.resolve("deep/file")).exists();
    }

    private Path folder(String name) throws IOException {
        Path folder = temporary.resolve(name);
        Files.createDirectories(folder.resolve("deep"));
        Files.writeString(folder.resolve("deep/file"), "x");
        return folder;
    }
}
