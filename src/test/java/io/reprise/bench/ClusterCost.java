package io.reprise.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a delta costs when the reader is connected to another node than that of its session, compared with one node in the
 * same run. The processor time is that of all nodes together, without the database.
 */
record ClusterCost() implements Scenario {
    private static final int SESSIONS = 50;
    private static final int WORDS_PER_SECOND = 40;
    private static final int NODES = 2;
    private static final int LOOK_MS = 200;

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public void run(Setting setting) throws Exception {
        double alone = cost(setting, 1);
        double apart = cost(setting, NODES);
        String label = SESSIONS + " sessions x 1 tab, " + WORDS_PER_SECOND + " words/s each";
        setting.report().row(label + ", one node", "CPU %.1f us per delta", alone);
        setting.report()
                .row(
                        label + ", each tab at the other one of " + NODES + " nodes",
                        "CPU %.1f us per delta, %.2f times as much",
                        apart,
                        apart / alone);
    }

    /** Microseconds of all nodes for each delta that a tab received. */
    private static double cost(Setting setting, int nodes) throws Exception {
        try (BenchServer server = BenchServer.start(
                setting.data().resolve("nodes-" + nodes),
                Map.of(),
                nodes == 1 ? List.of() : List.of("--cluster", "" + nodes))) {
            Readers readers = new Readers(setting, server, server.addresses(nodes));
            String text = "/stream " + WORDS_PER_SECOND * setting.seconds() + " " + WORDS_PER_SECOND;
            readers.hear(text); // The compilers' turn.
            double before = server.cpuSecondsOfNodes(nodes);
            long words = readers.hear(text);
            return (server.cpuSecondsOfNodes(nodes) - before) * 1e6 / words;
        }
    }

    /** One for each session. */
    private static final class Readers {
        private final Setting setting;
        private final BenchServer server;
        private final String token;
        private final Map<String, BenchTab> tabs = new LinkedHashMap<>();
        private final LongAdder words = new LongAdder();
        private volatile CountDownLatch ended;

        Readers(Setting setting, BenchServer server, List<String> nodes) throws InterruptedException {
            this.setting = setting;
            this.server = server;
            this.token = server.token("bench");
            BenchTab maker = open(nodes.getFirst());
            if (nodes.size() > 1) awaitShared(nodes);
            for (int i = 0; i < SESSIONS; i++) {
                int before = inMemory(nodes.getFirst());
                String session = maker.create();
                BenchTab.await(maker.attach(session, null, 0));
                boolean isOfFirst = inMemory(nodes.getFirst()) > before;
                BenchTab tab = open(isOfFirst ? nodes.getLast() : nodes.getFirst());
                tab.onEvent(this::take);
                BenchTab.await(tab.attach(session, null, 0));
                tabs.put(session, tab);
            }
            maker.close();
        }

        private BenchTab open(String address) {
            return BenchTab.open(setting.clients(), address, token);
        }

        private void awaitShared(List<String> nodes) throws InterruptedException {
            while (cluster(nodes.getFirst()).getJsonArray("nodes").size() < nodes.size()) Thread.sleep(LOOK_MS);
        }

        private JsonObject cluster(String node) {
            return live(node).getJsonObject("cluster");
        }

        /** How many sessions this node has in memory, which its owner has while somebody reads it. */
        private int inMemory(String node) {
            return live(node).getJsonObject("connections").getInteger("sessions");
        }

        private JsonObject live(String node) {
            return new JsonObject(
                    server.callAt(node, "GET", "/api/v1/live", server.token("bench-root", "admin"), null));
        }

        /** Sends it in every session; returns the number of words that the tabs received. */
        long hear(String text) throws InterruptedException {
            ended = new CountDownLatch(SESSIONS);
            words.reset();
            List<CompletableFuture<JsonObject>> sent = new ArrayList<>();
            tabs.forEach((session, tab) -> sent.add(tab.send(session, text)));
            sent.forEach(BenchTab::await);
            if (!ended.await(300, TimeUnit.SECONDS)) throw new IllegalStateException("not all have heard the end");
            return words.sum();
        }

        private void take(String event) {
            String delta = BenchTab.delta(event);
            if (delta != null) words.add(delta.chars().filter(c -> c == ' ').count());
            else if (BenchTab.isEnd(event)) ended.countDown();
        }
    }
}
