package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Symptom: files of an initdb whose server was killed could not be deleted, because new ones were created meanwhile.
 * Causes:
 * nothing waited for the end of the killed processes, and the servers that initdb starts do not name the folder.
 */
class RunningProcessIT {
    private static final Duration LIMIT = Patience.LIMIT;
    private static final String WRITES = "i=0; while :; do i=$((i+1)); : > \"$OUT/$i\"; done";

    @TempDir
    Path temp;

    private final List<ProcessHandle> begun = new ArrayList<>();

    @AfterEach
    void end() {
        begun.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void a_process_that_names_the_folder_is_killed_with_its_children() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("new"));
        begin(temp, folder, "(" + WRITES + ") & echo $!; wait", folder.resolve("data"));

        RunningProcess.killThoseIn(folder, LIMIT);

        assertNobodyWritesIn(folder);
    }

    @Test
    void a_process_that_works_in_the_folder_is_killed_although_it_names_another() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("new"));
        begin(folder, folder, "echo $$; " + WRITES, temp.resolve("other"));

        RunningProcess.killThoseIn(folder, LIMIT);

        assertNobodyWritesIn(folder);
    }

    @Test
    void a_folder_with_a_longer_name_is_a_different_folder() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("new"));
        Path other = Files.createDirectory(temp.resolve("newer"));
        begin(other, other, "echo $$; " + WRITES, other);

        RunningProcess.killThoseIn(folder, LIMIT);

        assertThat(begun).allMatch(ProcessHandle::isAlive);
    }

    /** The program prints the pid of its writing child, and has {@code named} on its command line. */
    private void begin(Path workingFolder, Path out, String program, Path named) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", program, "sh", named.toString()).directory(workingFolder.toFile());
        builder.environment().put("OUT", out.toString());
        Process process = builder.start();
        begun.add(process.toHandle());
        var printed = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        ProcessHandle.of(Long.parseLong(printed.readLine())).ifPresent(begun::add);
        await().until(() -> Files.exists(out.resolve("1")));
    }

    private void assertNobodyWritesIn(Path folder) throws IOException {
        Folders.deleteTree(folder);
        assertThat(folder).doesNotExist();
        assertThat(begun)
                .noneMatch(process ->
                        !new RunningProcess(process.pid()).commandLine().isEmpty());
    }
}
