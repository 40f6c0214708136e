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
 * How many deltas reach their readers and what one costs: as fast as possible, where neighbouring deltas are merged
 * into few events, and paced like a real model, where nearly each is a separate event.
 */
record Delivery(int sessions, int tabsEach) implements Scenario {
    private static final int WORDS_PER_READER_SECOND = 40;
    private static final int FAST_WORDS_DELIVERED = 4_000_000;

    @Override
    public String name() {
        return "delivery-" + sessions + "x" + tabsEach;
    }

    @Override
    public void run(Setting setting) throws Exception {
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            Audience audience = new Audience(server, setting);
            int fast = FAST_WORDS_DELIVERED / (sessions * tabsEach);
            audience.hear("/stream " + fast / 4 + " 0"); // The compilers' turn.
            audience.hear("/stream " + fast / 4 + " 0");
            Heard heard = audience.hear("/stream " + fast + " 0");
            heard.tell(setting.report(), label("full speed"));
            int paced = WORDS_PER_READER_SECOND * setting.seconds();
            audience.hear("/stream " + paced + " " + WORDS_PER_READER_SECOND);
            audience.hear("/stream " + paced + " " + WORDS_PER_READER_SECOND)
                    .tell(setting.report(), label(WORDS_PER_READER_SECOND + " words/s each"));
        }
    }

    private String label(String speed) {
        return "%d session%s x %d tab%s, %s"
                .formatted(sessions, sessions == 1 ? "" : "s", tabsEach, tabsEach == 1 ? "" : "s", speed);
    }

    private record Heard(long words, long events, double seconds, double cpuSeconds) {
        void tell(Report report, String label) {
            report.row(
                    label,
                    "%,.0f deltas/s  %,.0f events/s  server CPU %.3f us per delta, %.1f us per event, %.0f %% of a core",
                    words / seconds,
                    events / seconds,
                    cpuSeconds * 1e6 / words,
                    cpuSeconds * 1e6 / events,
                    100 * cpuSeconds / seconds);
        }
    }

    /** The tabs; the first of each session sends the messages. */
    private final class Audience {
        private final BenchServer server;
        private final Map<String, BenchTab> speakers = new LinkedHashMap<>();
        private final LongAdder words = new LongAdder();
        private final LongAdder events = new LongAdder();
        private volatile CountDownLatch ended;

        Audience(BenchServer server, Setting setting) {
            this.server = server;
            String token = server.token("bench");
            List<CompletableFuture<Void>> attached = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                BenchTab speaker = BenchTab.open(setting.clients(), server, token);
                String session = speaker.create();
                speakers.put(session, speaker);
                for (int j = 0; j < tabsEach; j++) {
                    BenchTab tab = j == 0 ? speaker : BenchTab.open(setting.clients(), server, token);
                    tab.onEvent(this::take);
                    attached.add(tab.attach(session, null, 0));
                }
            }
            attached.forEach(BenchTab::await);
        }

        /** Sends it in every session and returns what the tabs received until the last one received the last end. */
        Heard hear(String text) throws InterruptedException {
            ended = new CountDownLatch(sessions * tabsEach);
            words.reset();
            events.reset();
            double cpu = server.cpuSeconds();
            long begun = System.nanoTime();
            List<CompletableFuture<JsonObject>> sent = new ArrayList<>();
            speakers.forEach((session, speaker) -> sent.add(speaker.send(session, text)));
            sent.forEach(BenchTab::await);
            if (!ended.await(300, TimeUnit.SECONDS)) throw new IllegalStateException("not all have heard the end");
            double seconds = (System.nanoTime() - begun) / 1e9;
            return new Heard(words.sum(), events.sum(), seconds, server.cpuSeconds() - cpu);
        }

        private void take(String event) {
            events.increment();
            String delta = BenchTab.delta(event);
            if (delta != null) words.add(delta.chars().filter(c -> c == ' ').count());
            else if (BenchTab.isEnd(event)) ended.countDown();
        }
    }
}
