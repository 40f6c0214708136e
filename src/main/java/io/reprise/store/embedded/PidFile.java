package io.reprise.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads postmaster.pid: the process that serves the data folder, or did before it died. */
record PidFile(Path path) {
    private static final int PORT_LINE = 3;

    /** Larger than any process id of any system, so it identifies no process. */
    private static final int NO_PID = Integer.MAX_VALUE;

    /** The process that the file names. The port is 0 while the server has not written it yet. */
    record Owner(long pid, int port) {}

    static PidFile of(Path data) {
        return new PidFile(data.resolve("postmaster.pid"));
    }

    Optional<Owner> read() throws IOException {
        try {
            return parse(Files.readAllLines(path));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    static Optional<Owner> parse(List<String> lines) {
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        long pid = number(lines.getFirst());
        int port = lines.size() > PORT_LINE ? (int) number(lines.get(PORT_LINE)) : 0;
        return pid > 0 ? Optional.of(new Owner(pid, port)) : Optional.empty();
    }

    /**
     * Lets PostgreSQL start although the pid in the file now belongs to a zombie or to another program. The other lines
     * are kept: with the line about shared memory PostgreSQL detects child processes of the old server that still run.
     * A file without a pid contains nothing of use and is deleted.
     */
    void disown() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(path));
        if (parse(lines).isEmpty()) {
            Files.deleteIfExists(path);
            return;
        }
        lines.set(0, Integer.toString(NO_PID));
        Folders.replace(path, String.join("\n", lines) + "\n");
    }

    private static long number(String line) {
        String digits = line.strip();
        return digits.matches("\\d{1,10}") ? Long.parseLong(digits) : 0;
    }
}
