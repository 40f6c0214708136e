package io.reprise.store;

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

/** One short-lived program of the operating system, bounded in time. */
final class Program {
    /** What a program said and how it ended; a program that is absent or too slow counts as failed. */
    record Result(boolean succeeded, String output) {
        String lastLine() {
            String[] lines = output.strip().split("\\R");
            return lines[lines.length - 1].strip();
        }
    }

    private Program() {}

    static Result run(Path workingFolder, Duration limit, List<String> words) {
        return run(workingFolder, limit, words, "");
    }

    static Result run(Path workingFolder, Duration limit, List<String> words, String input) {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(workingFolder.toFile()).redirectErrorStream(true);
        cleanEnvironment(builder.environment());
        try {
            return finish(builder.start(), limit, input);
        } catch (IOException failure) {
            return new Result(false, words.getFirst() + ": " + failure.getMessage());
        }
    }

    /** The operator's PGDATA or PGPORT must not steer our server, and its messages are matched in English. */
    private static void cleanEnvironment(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("LC_ALL", "C");
    }

    private static Result finish(Process process, Duration limit, String input) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException closedEarly) {
            // It ended before it read everything; its exit code tells.
        }
        FutureTask<String> output = new FutureTask<>(() -> read(process));
        Thread.startVirtualThread(output);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Result(false, "no end within " + limit.toSeconds() + " s");
            }
            return new Result(process.exitValue() == 0, output.get(5, TimeUnit.SECONDS));
        } catch (InterruptedException interrupt) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new Result(false, "interrupted");
        } catch (ExecutionException | TimeoutException noOutput) {
            return new Result(process.exitValue() == 0, "");
        }
    }

    private static String read(Process process) {
        try (var stdout = process.getInputStream()) {
            return new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
