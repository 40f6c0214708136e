package io.reprise.bench;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Measures the server on this machine, clients included, and prints a table. It asserts nothing. */
public final class Bench {
    private static final List<Scenario> SCENARIOS = List.of(
            new Delivery(1, 100),
            new Delivery(200, 1),
            new Delivery(50, 4),
            new Latencies(),
            new StopUnderLoad(),
            new IdleTabs(),
            new RecallLateness(),
            new BigReads(),
            new Fairness(),
            new ClusterCost(),
            new Sockets(),
            new Grown());

    private Bench() {}

    /**
     * The arguments are the seconds of measurements over time, a folder for data, the file with the last run,
     * then the names of scenarios; none: all that need not be named.
     */
    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[0]);
        Path folder = Files.createDirectories(Path.of(args[1]));
        List<String> wanted = List.of(args).subList(3, args.length);
        Report report = new Report(Path.of(args[2]));
        Vertx vertx = Vertx.vertx();
        try {
            for (Scenario scenario : SCENARIOS) {
                if (wanted.isEmpty() ? scenario.onlyByName() : wanted.stream().noneMatch(scenario.name()::startsWith)) {
                    continue;
                }
                Path data = Files.createTempDirectory(folder, "bench-");
                try {
                    scenario.run(new Scenario.Setting(data.toAbsolutePath(), BenchTab.client(vertx), seconds, report));
                } finally {
                    erase(data);
                }
            }
        } finally {
            report.print();
            vertx.close();
        }
    }

    static void erase(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
