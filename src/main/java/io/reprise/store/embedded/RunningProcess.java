package io.reprise.store.embedded;

import io.reprise.store.database.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Inspects a process by a pid from a file; the pid may have been reused by another process. */
record RunningProcess(long pid) {
    private static final Path PROC = Path.of("/proc");
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

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

    /**
     * Kills those that work in this folder, and waits until they have written their last: those that name it, or a path
     * below it, on their command line, those whose working folder it is, and all that they have begun. initdb names it;
     * the servers that initdb begins only work there.
     *
     * @param limit how long to wait; an interrupt ends the wait, too, and is kept
     */
    static void killThoseIn(Path folder, Duration limit) {
        List<ProcessHandle> working = ProcessHandle.allProcesses()
                .filter(process -> new RunningProcess(process.pid()).worksIn(folder))
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .distinct()
                .toList();
        working.forEach(ProcessHandle::destroyForcibly);
        Deadline deadline = Deadline.in(limit);
        for (ProcessHandle process : working) {
            RunningProcess killed = new RunningProcess(process.pid());
            while (!killed.commandLine().isEmpty() && !deadline.passed()) LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean worksIn(Path folder) {
        if (pid == ProcessHandle.current().pid()) return false;
        String words = commandLine() + " ";
        if (words.contains(folder + "/") || words.contains(folder + " ")) return true;
        try {
            return Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("cwd"))
                    .startsWith(folder);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
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
