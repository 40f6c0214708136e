package io.reprise.store.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Runs a short-lived external program with a time limit. */
final class Program {
    /**
     * The output of a program and whether it succeeded. A program that does not exist or exceeds its limit counts as
     * failed.
     */
    record Result(boolean succeeded, String output) {
        String lastLine() {
            String[] lines = output.strip().split("\\R");
            return lines[lines.length - 1].strip();
        }
    }

    private static final int FOUND_LOOK_MS = 20;

    private Program() {}

    static Result run(Path workingFolder, Duration limit, List<String> words) {
        return run(workingFolder, limit, words, "");
    }

    static Result run(Path workingFolder, Duration limit, List<String> words, String input) {
        return run(workingFolder, limit, words, input, Program::destroyTree);
    }

    private static Result run(
            Path workingFolder, Duration limit, List<String> words, String input, Consumer<ProcessHandle> ending) {
        try {
            return finish(begin(workingFolder, words), limit, input, ending);
        } catch (IOException failure) {
            return new Result(false, words.getFirst() + ": " + failure.getMessage());
        }
    }

    /**
     * Runs a program that leaves another process running. An interrupt counts as failure, but takes effect only once
     * that process is {@code found}, because nothing else knows of the process. The program ends when the other process
     * has ended or is ready.
     */
    static Result runUntilFound(Path workingFolder, Duration limit, BooleanSupplier found, List<String> words) {
        FutureTask<Result> run =
                new FutureTask<>(() -> run(workingFolder, limit, words, "", ProcessHandle::destroyForcibly));
        Thread.startVirtualThread(run);
        boolean interrupted = false;
        try {
            while (!(interrupted && found.getAsBoolean())) {
                try {
                    return run.get(FOUND_LOOK_MS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    // The method that is called has a time limit of its own.
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return new Result(false, "interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /** Starts a program that says nothing; the caller keeps its standard input open. */
    static Process beginSilent(Path workingFolder, List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(workingFolder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        cleanEnvironment(builder.environment());
        return builder.start();
    }

    private static Process begin(Path workingFolder, List<String> words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(workingFolder.toFile()).redirectErrorStream(true);
        cleanEnvironment(builder.environment());
        return builder.start();
    }

    /**
     * Removes PGDATA, PGPORT and similar variables of the operator, which would affect this server, and sets the
     * language to English, because the program's messages are compared with English texts.
     */
    private static void cleanEnvironment(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("LC_ALL", "C");
    }

    private static Result finish(Process process, Duration limit, String input, Consumer<ProcessHandle> ending)
            throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException closedEarly) {
            // The program ended before it read its whole input; its exit code tells the result.
        }
        FutureTask<String> output = new FutureTask<>(() -> read(process));
        Thread.startVirtualThread(output);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                ending.accept(process.toHandle());
                return new Result(false, "no end within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue() == 0, output.get(5, TimeUnit.SECONDS));
        } catch (InterruptedException interrupt) {
            ending.accept(process.toHandle());
            Thread.currentThread().interrupt();
            return new Result(false, "interrupted");
        } catch (ExecutionException | TimeoutException noOutput) {
            return new Result(process.exitValue() == 0, "");
        }
    }

    /** Kills a process and its descendants, because initdb runs other programs. */
    private static void destroyTree(ProcessHandle process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static String read(Process process) {
        try (var stdout = process.getInputStream()) {
            return new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
