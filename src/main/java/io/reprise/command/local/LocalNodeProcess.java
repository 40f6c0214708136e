package io.reprise.command.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The process of one node of a {@link LocalCluster}. What it prints is printed, except for its address. */
final class LocalNodeProcess {
    static final String READY = "Reprise is ready: ";

    private final Process process;
    private final int number;
    private final Consumer<LocalCluster.News> news;
    private volatile String address = "";

    private LocalNodeProcess(Process process, int number, Consumer<LocalCluster.News> news) {
        this.process = process;
        this.number = number;
        this.news = news;
    }

    /**
     * @param settings as variables
     * @param news told when it is ready, and when it has ended and everything that it printed is printed
     */
    static LocalNodeProcess start(
            List<String> command,
            Map<String, String> settings,
            int number,
            PrintStream out,
            PrintStream err,
            Consumer<LocalCluster.News> news)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(settings);
        LocalNodeProcess node = new LocalNodeProcess(builder.start(), number, news);
        node.process.getOutputStream().close();
        Thread complaints = follow(node.process.errorReader(), line -> err.println("node " + number + ": " + line));
        Thread output = follow(node.process.inputReader(), line -> node.printed(line, out));
        Thread.ofVirtual().start(() -> node.awaitEnd(output, complaints));
        return node;
    }

    /** Where clients connect to; empty until it is ready. */
    String address() {
        return address;
    }

    private void printed(String line, PrintStream out) {
        if (!line.startsWith(READY)) {
            out.println(line);
            return;
        }
        address = line.substring(READY.length());
        news.accept(new LocalCluster.News.Ready());
    }

    private static Thread follow(BufferedReader reader, Consumer<String> take) {
        return Thread.ofVirtual().start(() -> {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) take.accept(line);
            } catch (IOException gone) {
                // The process has ended.
            }
        });
    }

    private void awaitEnd(Thread output, Thread complaints) {
        try {
            int code = process.waitFor();
            output.join();
            complaints.join();
            news.accept(new LocalCluster.News.Ended(this, code));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end gracefully. */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy would also close the output that it still writes.
    }

    /** Blocks until it has ended; it is killed after this time. */
    void awaitEnd(long limitMs) {
        try {
            if (!process.waitFor(limitMs, TimeUnit.MILLISECONDS))
                process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "node " + number + (address.isEmpty() ? "" : " (" + address + ")");
    }
}
