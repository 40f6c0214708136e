package io.reprise.bench;

import static io.reprise.bench.BenchTab.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** How long after a stop the last text arrives, while a thousand runs stream. */
final class StopUnderLoad implements Scenario {
    private static final int RUNS = 1_000;
    private static final int RUNS_PER_SOCKET = 50;
    private static final int STOPS = 200;

    @Override
    public String name() {
        return "stop";
    }

    @Override
    public void run(Setting setting) throws Exception {
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            List<Speaking> runs = begin(setting, server);
            Figures last = new Figures();
            Figures end = new Figures();
            for (int i = 0; i < STOPS; i++) runs.get(i * (RUNS / STOPS)).stop(last, end);
            setting.report().row("stop to last delta, %,d runs at 5 words/s".formatted(RUNS), "%s", last.ms());
            setting.report().row("stop to terminal event, the same", "%s", end.ms());
        }
    }

    private static List<Speaking> begin(Setting setting, BenchServer server) {
        String token = server.token("bench");
        List<Speaking> runs = new ArrayList<>();
        List<CompletableFuture<?>> begun = new ArrayList<>();
        for (int i = 0; i < RUNS / RUNS_PER_SOCKET; i++) {
            BenchTab tab = BenchTab.open(setting.clients(), server, token);
            List<Speaking> here = new ArrayList<>();
            for (int j = 0; j < RUNS_PER_SOCKET; j++) here.add(new Speaking(tab, tab.create()));
            tab.onEvent(event -> here.forEach(run -> run.take(event)));
            here.forEach(run -> begun.add(tab.attach(run.session, null, 0)));
            runs.addAll(here);
        }
        begun.forEach(BenchTab::await);
        begun.clear();
        runs.forEach(run -> begun.add(run.tab.send(run.session, "/stream 100000 5")));
        begun.forEach(BenchTab::await);
        return runs;
    }

    private static final class Speaking {
        final BenchTab tab;
        final String session;
        private final String mark;
        private final CompletableFuture<Long> ended = new CompletableFuture<>();
        private volatile long lastNanos;

        Speaking(BenchTab tab, String session) {
            this.tab = tab;
            this.session = session;
            this.mark = "\"session\":\"" + session + "\"";
        }

        void take(String event) {
            if (!event.startsWith(mark, 16)) return;
            if (BenchTab.delta(event) != null) lastNanos = System.nanoTime();
            else if (BenchTab.isEnd(event)) ended.complete(System.nanoTime());
        }

        void stop(Figures last, Figures end) {
            long asked = System.nanoTime();
            await(tab.stop(session));
            end.add((await(ended) - asked) / 1e6);
            last.add(Math.max(0, lastNanos - asked) / 1e6);
        }
    }
}
