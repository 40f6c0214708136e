package io.reprise.bench;

import static io.reprise.bench.BenchTab.await;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** The waiting times of a person: for the first word, and for the missed part of a long run. */
final class Latencies implements Scenario {
    private static final int SENDS = 300;
    private static final int SENDS_BEFORE = 100;
    private static final int RUN_DELTAS = 10_000;
    private static final int REPLAYS = 50;

    @Override
    public String name() {
        return "latencies";
    }

    @Override
    public void run(Setting setting) throws Exception {
        String session;
        String epoch;
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            BenchTab tab = BenchTab.open(setting.clients(), server, server.token("bench"));
            setting.report().row("send to first delta", "%s", firstDelta(tab).ms());
            JsonObject made = await(tab.ask(new JsonObject().put("type", "create")));
            session = made.getString("session");
            epoch = made.getString("epoch");
            await(tab.attach(session, null, 0));
            heard(tab, session, "/stream " + RUN_DELTAS + " 2000");
            replays(setting, server, session, epoch, "out of memory");
        }
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            replays(setting, server, session, epoch, "after a restart");
        }
    }

    private static Figures firstDelta(BenchTab tab) {
        String session = tab.create();
        await(tab.attach(session, null, 0));
        Figures figures = new Figures();
        for (int i = 0; i < SENDS_BEFORE + SENDS; i++) {
            long begun = System.nanoTime();
            long first = heard(tab, session, "/echo once more") - begun;
            if (i >= SENDS_BEFORE) figures.add(first / 1e6);
        }
        return figures;
    }

    /** Returns once the run has ended: when its first delta came. */
    private static long heard(BenchTab tab, String session, String text) {
        CompletableFuture<Long> first = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        boolean[] answering = {false};
        tab.onEvent(event -> {
            if (event.contains("\"role\":\"assistant\"")) answering[0] = true;
            else if (answering[0] && BenchTab.delta(event) != null) first.complete(System.nanoTime());
            else if (BenchTab.isEnd(event)) end.complete(null);
        });
        await(tab.send(session, text));
        await(end);
        return await(first);
    }

    private static void replays(Setting setting, BenchServer server, String session, String epoch, String from) {
        String token = server.token("bench");
        Figures figures = new Figures();
        LongAdder events = new LongAdder();
        LongAdder bytes = new LongAdder();
        for (int i = 0; i < REPLAYS; i++) {
            BenchTab tab = BenchTab.open(setting.clients(), server, token);
            tab.onEvent(event -> {
                events.increment();
                bytes.add(event.length());
            });
            long begun = System.nanoTime();
            await(tab.attach(session, epoch, 0));
            figures.add((System.nanoTime() - begun) / 1e6);
            tab.close();
        }
        setting.report()
                .row(
                        "attach to last event of a run of %,d deltas, %s".formatted(RUN_DELTAS, from),
                        "%s  %d events, %d KiB",
                        figures.ms(),
                        events.sum() / REPLAYS,
                        bytes.sum() / REPLAYS / 1024);
    }
}
