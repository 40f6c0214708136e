package io.reprise.store.embedded;

import io.reprise.store.database.StoreStartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server in a separate process, for tests that kill it. */
record PrivatePostgresProcess(Process process, BufferedReader output) {
    /** Starts the private PostgreSQL, prints READY or REFUSED, and stops it when the input ends. */
    public static void main(String[] args) throws IOException {
        Optional<Path> programs = args.length > 1 ? Optional.of(Path.of(args[1])) : Optional.empty();
        try {
            PrivatePostgres postgres = PrivatePostgres.start(
                    Path.of(args[0]), new PrivatePostgres.Options(0, true, programs, Duration.ofMinutes(10)));
            System.out.println("READY " + postgres.uri().reveal());
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
            postgres.stop();
            System.out.println("STOPPED");
        } catch (StoreStartException refused) {
            System.out.println("REFUSED " + refused.getMessage());
        }
    }

    /** @param wrapper a prefix of the java command, such as a command that changes the user */
    static PrivatePostgresProcess launch(List<String> wrapper, String classPath, List<String> arguments)
            throws IOException {
        List<String> words = new ArrayList<>(wrapper);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath));
        words.add(PrivatePostgresProcess.class.getName());
        words.addAll(arguments);
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        return new PrivatePostgresProcess(process, process.inputReader());
    }

    /** The rest of the first output line that begins with this word. */
    String await(String word) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word)) {
                return line.substring(word.length()).strip();
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("the process ended without " + word + ":\n" + seen);
    }

    long pid() {
        return process.pid();
    }

    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + pid() + " still runs");
        }
    }
}
