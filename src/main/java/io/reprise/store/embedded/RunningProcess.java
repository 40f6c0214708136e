package io.reprise.store.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Inspects a process by a pid from a file; the pid may have been reused by another process. */
record RunningProcess(long pid) {
    private static final Path PROC = Path.of("/proc");

    /** The words separated by blanks; empty for a process that is gone or a zombie. */
    String commandLine() {
        return Files.isDirectory(PROC.resolve("self")) ? fromProc() : fromPs();
    }

    boolean servesDataFolder(Path data) {
        return isServerOf(commandLine(), data);
    }

    static boolean isServerOf(String commandLine, Path data) {
        return (commandLine + " ").contains("postgres -D " + data + " ");
    }

    /** Those that have this path on their command line, or a path below it. */
    static void killThoseWith(Path folder) {
        ProcessHandle.allProcesses()
                .filter(process ->
                        new RunningProcess(process.pid()).commandLine().contains(folder.toString()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    void kill() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private String fromProc() {
        try {
            byte[] words = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("cmdline"));
            return new String(words, StandardCharsets.UTF_8).replace('\0', ' ').strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private String fromPs() {
        Program.Result ps = Program.run(
                Path.of("/"), Duration.ofSeconds(5), List.of("ps", "-ww", "-o", "command=", "-p", Long.toString(pid)));
        return ps.succeeded() ? ps.output().strip() : "";
    }
}
