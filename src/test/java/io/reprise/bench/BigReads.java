package io.reprise.bench;

import static io.reprise.bench.BenchTab.await;

import io.reprise.testing.BigSession;
import io.reprise.testing.OwnDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads of long sessions, and their effect on other users. */
final class BigReads implements Scenario {
    private static final int SENDS = 60;
    private static final int READS = 10;
    private static final int READERS = 8;
    private static final int USERS = 4;
    private static final int PING_EVERY_MS = 5;
    private static final int REFUSED_PAUSE_MS = 100;

    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    public String name() {
        return "big";
    }

    @Override
    public void run(Setting setting) throws Exception {
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            OwnDatabase database = new OwnDatabase(setting.data());
            List<BigSession> longOnes = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                longOnes.add(new BigSession("s_long" + i, "bench" + i, 100, 60_000).storeIn(database.uri()));
            }
            BigSession many = new BigSession("s_many", "bench0", 20_000, 40).storeIn(database.uri());
            reads(setting, server, longOnes.getFirst(), "200 messages of 60 KB");
            reads(setting, server, many, "20,000 runs, 200,000 events");
            pings(setting, server, many);
            sends(setting, server, longOnes, many);
        }
    }

    private void reads(Setting setting, BenchServer server, BigSession session, String what) throws Exception {
        String token = server.token(session.user());
        Figures attaches = new Figures();
        Figures pages = new Figures();
        for (int i = 0; i < READS; i++) {
            BenchTab tab = BenchTab.open(setting.clients(), server, token);
            long begun = System.nanoTime();
            await(tab.attach(session.id(), null, 0));
            attaches.add((System.nanoTime() - begun) / 1e6);
            tab.close();
            long asked = System.nanoTime();
            long before = session.head() - i * 100L;
            get(server, token, "/sessions/" + session.id() + "/messages?limit=50&before=" + before);
            pages.add((System.nanoTime() - asked) / 1e6);
        }
        setting.report().row("attach, " + what + " (goal < 1 s)", "%s", attaches.ms());
        setting.report().row("page of history, " + what + " (goal < 1 s)", "%s", pages.ms());
    }

    /** On sockets that read nothing, while sessions are attached, read and exported one after the other. */
    private void pings(Setting setting, BenchServer server, BigSession session) throws Exception {
        Figures quiet = new Figures();
        ping(setting, server, quiet, () -> Thread.sleep(2_000));
        setting.report().row("pings on other sockets, quiet", "%s", quiet.ms());
        Figures beside = new Figures();
        String token = server.token(session.user());
        Figures exports = new Figures();
        ping(setting, server, beside, () -> {
            for (int i = 0; i < 3; i++) {
                BenchTab tab = BenchTab.open(setting.clients(), server, token);
                await(tab.attach(session.id(), null, 0));
                tab.close();
                long begun = System.nanoTime();
                get(server, token, "/sessions/" + session.id() + "/export?format=json");
                exports.add((System.nanoTime() - begun) / 1e6);
            }
        });
        setting.report().row("export, 20,000 runs, 200,000 events", "%s", exports.ms());
        setting.report()
                .row("pings on other sockets beside attaches and exports (goal p99 < 100 ms)", "%s", beside.ms());
    }

    private static void ping(Setting setting, BenchServer server, Figures figures, Work work) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            BenchTab tab = BenchTab.open(setting.clients(), server, server.token("other"));
            threads.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    long begun = System.nanoTime();
                    await(tab.ping());
                    figures.add((System.nanoTime() - begun) / 1e6);
                    pause(PING_EVERY_MS);
                }
                tab.close();
            }));
        }
        work.run();
        over.set(true);
        for (Thread thread : threads) thread.join();
    }

    private void sends(Setting setting, BenchServer server, List<BigSession> longOnes, BigSession many)
            throws Exception {
        BenchTab tab = BenchTab.open(setting.clients(), server, server.token("other"));
        String session = tab.create();
        await(tab.attach(session, null, 0));
        sends(tab, session, new Figures(), new Figures());
        Figures quiet = new Figures();
        Figures quietEnds = new Figures();
        sends(tab, session, quiet, quietEnds);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger searched = new AtomicInteger();
        AtomicInteger exported = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            BigSession its = longOnes.get(i % USERS);
            String exportedOne = i == 0 ? many.id() : its.id();
            String token = server.token(its.user());
            readers.add(again(over, searched, server, token, "/sessions?q=nowhere%20to%20be%20found"));
            readers.add(again(over, exported, server, token, "/sessions/" + exportedOne + "/export"));
        }
        pause(1_000);
        Figures beside = new Figures();
        Figures besideEnds = new Figures();
        sends(tab, session, beside, besideEnds);
        over.set(true);
        for (Thread reader : readers) reader.join();
        double goalMs = Math.max(3 * quiet.percentile(95), 200);
        setting.report().row("send to its result, quiet", "p95 %.1f  %s", quiet.percentile(95), quiet.ms());
        setting.report()
                .row(
                        "send to its result, beside %d searches and %d exports (goal p95 <= %.0f ms)"
                                .formatted(READERS, READERS, goalMs),
                        "p95 %.1f  %s",
                        beside.percentile(95),
                        beside.ms());
        setting.report()
                .row("send to the end of its run, quiet", "p95 %.1f  %s", quietEnds.percentile(95), quietEnds.ms());
        setting.report().row("the same beside them", "p95 %.1f  %s", besideEnds.percentile(95), besideEnds.ms());
        setting.report().row("searches and exports that were made meanwhile", "%d, %d", searched.get(), exported.get());
    }

    private static void sends(BenchTab tab, String session, Figures results, Figures ends) {
        for (int i = 0; i < SENDS; i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            tab.onEvent(event -> {
                if (BenchTab.isEnd(event)) end.complete(null);
            });
            long begun = System.nanoTime();
            await(tab.send(session, "/echo hi"));
            results.add((System.nanoTime() - begun) / 1e6);
            await(end);
            ends.add((System.nanoTime() - begun) / 1e6);
        }
    }

    private Thread again(AtomicBoolean over, AtomicInteger done, BenchServer server, String token, String path) {
        return Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                if (get(server, token, path)) done.incrementAndGet();
                else pause(REFUSED_PAUSE_MS);
            }
        });
    }

    /** False when there were too many at the same time. */
    private boolean get(BenchServer server, String token, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/api/v1" + path))
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200 && status != 429 && status != 504) throw new IllegalStateException(path + ": " + status);
            return status != 429;
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Work {
        void run() throws Exception;
    }
}
