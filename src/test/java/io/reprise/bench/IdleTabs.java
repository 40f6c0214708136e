package io.reprise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The cost of a tab that shows an idle conversation. */
final class IdleTabs implements Scenario {
    private static final int TABS = 2_000;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public void run(Setting setting) throws Exception {
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            String token = server.token("bench");
            open(setting, server, token, TABS / 10); // What is made once is made.
            long heap = server.heapBytes();
            long resident = server.residentBytes();
            open(setting, server, token, TABS);
            setting.report()
                    .row(
                            "memory per idle attached tab (%,d, a session each)".formatted(TABS),
                            "heap %.1f KiB  process %.1f KiB",
                            (server.heapBytes() - heap) / 1024.0 / TABS,
                            (server.residentBytes() - resident) / 1024.0 / TABS);
        }
    }

    private static void open(Setting setting, BenchServer server, String token, int tabs) {
        List<CompletableFuture<Void>> attached = new ArrayList<>();
        for (int i = 0; i < tabs; i++) {
            BenchTab tab = BenchTab.open(setting.clients(), server, token);
            attached.add(tab.attach(tab.create(), null, 0));
        }
        attached.forEach(BenchTab::await);
    }
}
