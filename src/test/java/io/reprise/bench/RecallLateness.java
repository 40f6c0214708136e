package io.reprise.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** How late recalls start when ten thousand are due within a minute, as the tabs of their sessions see it. */
final class RecallLateness implements Scenario {
    private static final int RECALLS = 10_000;
    private static final int SESSIONS = 1_000;
    private static final int SESSIONS_PER_SOCKET = 100;
    private static final Duration SPREAD = Duration.ofMinutes(1);
    private static final Duration LEAD = Duration.ofMinutes(2);
    private static final int SCHEDULERS = 16;

    @Override
    public String name() {
        return "recalls";
    }

    @Override
    public void run(Setting setting) throws Exception {
        Map<String, String> room = Map.of("REPRISE_RECALLS_PER_USER_MAX", Integer.toString(RECALLS));
        try (BenchServer server = BenchServer.start(setting.data(), room)) {
            String token = server.token("bench");
            Figures late = new Figures();
            CountDownLatch started = new CountDownLatch(RECALLS);
            List<String> sessions = attach(setting, server, token, event -> {
                if (!event.contains("\"action\":\"started\"")) return;
                late.add(System.currentTimeMillis() - triggerAt(event).toEpochMilli());
                started.countDown();
            });
            schedule(server, token, sessions);
            if (!started.await(LEAD.plus(SPREAD).toSeconds() * 2, TimeUnit.SECONDS)) {
                setting.report().row("recalls that did not start", "%,d", started.getCount());
            }
            setting.report().row("recall lateness, %,d due in a minute".formatted(RECALLS), "%s", late.ms());
        }
    }

    private static List<String> attach(Setting setting, BenchServer server, String token, Consumer<String> heard) {
        List<String> sessions = new ArrayList<>();
        List<CompletableFuture<Void>> attached = new ArrayList<>();
        for (int i = 0; i < SESSIONS / SESSIONS_PER_SOCKET; i++) {
            BenchTab tab = BenchTab.open(setting.clients(), server, token);
            tab.onEvent(heard);
            for (int j = 0; j < SESSIONS_PER_SOCKET; j++) {
                String session = tab.create();
                sessions.add(session);
                attached.add(tab.attach(session, null, 0));
            }
        }
        attached.forEach(BenchTab::await);
        return sessions;
    }

    /** Evenly over the minute; those of one session have seconds between them. */
    private static void schedule(BenchServer server, String token, List<String> sessions) throws Exception {
        Instant first = Instant.now().plus(LEAD);
        try (ExecutorService workers = Executors.newFixedThreadPool(SCHEDULERS)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < RECALLS; i++) {
                Instant at = first.plus(SPREAD.multipliedBy(i).dividedBy(RECALLS));
                JsonObject recall = new JsonObject()
                        .put("text", "/echo it is time")
                        .put("schedule", new JsonObject().put("kind", "once").put("at", at.toString()));
                String path = "/api/v1/sessions/" + sessions.get(i % SESSIONS) + "/recalls";
                done.add(workers.submit(() -> server.call("POST", path, token, recall.encode())));
            }
            for (Future<?> one : done) one.get();
        }
        if (Instant.now().isAfter(first)) throw new IllegalStateException("scheduling took longer than the lead");
    }

    private static Instant triggerAt(String event) {
        int begin = event.indexOf("\"triggerAt\":\"") + 13;
        return Instant.parse(event.substring(begin, event.indexOf('"', begin)));
    }
}
