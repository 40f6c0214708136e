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

    /** The words of the process's command line, separated by blanks; empty if the process has ended or is a zombie. */
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
     * Kills the processes that work in this folder and waits until they have ended: those with the folder, or a path
     * below it, in their command line, those with it as working folder, and all their descendants. initdb has it in its
     * command line; the servers that initdb starts have it only as working folder.
     *
     * @param limit how long to wait; an interrupt also ends the wait, and the interrupted status is kept
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
