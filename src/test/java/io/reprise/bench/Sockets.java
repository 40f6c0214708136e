package io.reprise.bench;

import static io.reprise.bench.BenchTab.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** How much memory a node with 10,000 idle and 2,000 chatting sockets needs, and its delay. */
final class Sockets implements Scenario {
    private static final int IDLE = 10_000;
    private static final int CHATTING = 2_000;
    private static final int FIRST = 200;
    private static final int USERS = 50;
    private static final int OPENERS = 16;
    private static final int PINGED = 50;

    /** Open files of the process other than sockets: files, libraries, the database. */
    private static final int OTHER_FILES = 1_000;

    /** A message each 20 s, which is answered by 20 words in a second. */
    private static final int SILENCE_MS = 20_000;

    private static final String QUESTION = "/stream 20 20";
    private static final double ANSWER_MS = 950;
    private static final int LEAST_S = 40;

    private static final Map<String, String> ROOM = Map.of(
            "REPRISE_SERVER_CONNECTIONS_MAX", "20000",
            "REPRISE_LIMITS_USER_COMMANDS_PER_MINUTE", "1000000",
            "REPRISE_LIMITS_USER_CREATES_PER_MINUTE", "1000000");

    @Override
    public String name() {
        return "sockets";
    }

    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public void run(Setting setting) throws Exception {
        String refusal = refusal();
        if (refusal != null) {
            setting.report().row("10,000 idle and 2,000 chatting sockets", "not measured: %s", refusal);
            return;
        }
        try (BenchServer server = BenchServer.start(setting.data(), ROOM)) {
            List<String> tokens = IntStream.range(0, USERS)
                    .mapToObj(i -> server.token("u" + i))
                    .toList();
            open(setting, server, tokens, FIRST); // What is made once is made.
            Memory empty = Memory.of(server);
            List<Tab> idle = open(setting, server, tokens, IDLE);
            Memory.of(server).tell(setting, empty, IDLE, "memory of an idle socket (10,000, a session each)");
            List<Tab> chatting = open(setting, server, tokens, CHATTING);
            chat(setting, idle.subList(0, PINGED), chatting, server);
            Memory.of(server)
                    .tell(setting, empty, IDLE + CHATTING, "memory of a socket (10,000 idle and 2,000 that chatted)");
        }
    }

    /** Why this machine does not allow so many sockets; null if it does. */
    private static String refusal() throws IOException {
        long files = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[1])
                .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
                .findFirst()
                .orElse(Long.MAX_VALUE);
        int needed = IDLE + CHATTING + FIRST + OTHER_FILES;
        if (files < needed) {
            return "a process may open %,d files here, and %,d are needed: raise it (ulimit -Hn %d)"
                    .formatted(files, needed, needed);
        }
        // By lines, because the kernel answers only the first read, and readString would begin with one byte.
        String[] ports = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))
                .getFirst()
                .split("\\s+");
        int free = Integer.parseInt(ports[1]) - Integer.parseInt(ports[0]);
        return free >= needed
                ? null
                : "%,d local ports are for clients here, and %,d are needed: raise net.ipv4.ip_local_port_range"
                        .formatted(free, needed);
    }

    private record Tab(BenchTab tab, String session) {}

    private static List<Tab> open(Setting setting, BenchServer server, List<String> tokens, int tabs) throws Exception {
        try (ExecutorService openers = Executors.newFixedThreadPool(OPENERS)) {
            List<Future<Tab>> opening = new ArrayList<>();
            for (int i = 0; i < tabs; i++) {
                String token = tokens.get(i % USERS);
                opening.add(openers.submit(() -> {
                    BenchTab tab = BenchTab.open(setting.clients(), server, token);
                    String session = tab.create();
                    await(tab.attach(session, null, 0));
                    return new Tab(tab, session);
                }));
            }
            List<Tab> opened = new ArrayList<>();
            for (Future<Tab> one : opening) opened.add(one.get());
            return opened;
        }
    }

    private static void chat(Setting setting, List<Tab> pinged, List<Tab> chatting, BenchServer server)
            throws Exception {
        long until = System.nanoTime() + Math.max(LEAST_S, setting.seconds()) * 1_000_000_000L;
        Figures firsts = new Figures();
        Figures lags = new Figures();
        Figures pings = new Figures();
        double cpu = server.cpuSeconds();
        long begun = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < chatting.size(); i++) {
            Tab tab = chatting.get(i);
            long pauseMs = (long) SILENCE_MS * i / chatting.size();
            threads.add(Thread.ofVirtual().start(() -> {
                pause(pauseMs);
                while (System.nanoTime() < until) {
                    long asked = System.nanoTime();
                    ask(tab, firsts, lags);
                    pause(Math.max(0, SILENCE_MS - (System.nanoTime() - asked) / 1_000_000));
                }
            }));
        }
        for (Tab tab : pinged) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < until) {
                    long asked = System.nanoTime();
                    await(tab.tab.ping());
                    pings.add((System.nanoTime() - asked) / 1e6);
                    pause(500);
                }
            }));
        }
        for (Thread thread : threads) thread.join();
        double seconds = (System.nanoTime() - begun) / 1e9;
        String load = ", 2,000 chatting (a message each 20 s)";
        setting.report().row("send to first delta" + load, "%s", firsts.ms());
        setting.report().row("lag of the last of 20 deltas" + load, "%s", lags.ms());
        setting.report().row("pings on idle sockets" + load, "%s", pings.ms());
        setting.report().row("server CPU" + load, "%.0f %% of a core", 100 * (server.cpuSeconds() - cpu) / seconds);
    }

    /** The lag: how much longer than the model's time it took from the first delta to the last. */
    private static void ask(Tab tab, Figures firsts, Figures lags) {
        long[] times = new long[2];
        boolean[] answering = {false};
        CompletableFuture<Void> end = new CompletableFuture<>();
        long asked = System.nanoTime();
        tab.tab.onEvent(event -> {
            if (event.contains("\"role\":\"assistant\"")) answering[0] = true;
            else if (answering[0] && BenchTab.delta(event) != null) {
                times[1] = System.nanoTime();
                if (times[0] == 0) times[0] = times[1];
            } else if (BenchTab.isEnd(event)) end.complete(null);
        });
        await(tab.tab.send(tab.session, QUESTION));
        await(end);
        firsts.add((times[0] - asked) / 1e6);
        lags.add(Math.max(0, (times[1] - times[0]) / 1e6 - ANSWER_MS));
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Live objects on the heap, buffers outside it, and all of the process. */
    private record Memory(long heap, long direct, long resident) {
        static Memory of(BenchServer server) {
            return new Memory(server.heapBytes(), server.directBytes(), server.residentBytes());
        }

        void tell(Setting setting, Memory before, int sockets, String what) {
            setting.report()
                    .row(
                            what,
                            "heap %.1f KiB  direct %.1f KiB  process %.1f KiB",
                            (heap - before.heap) / 1024.0 / sockets,
                            (direct - before.direct) / 1024.0 / sockets,
                            (resident - before.resident) / 1024.0 / sockets);
        }
    }
}
