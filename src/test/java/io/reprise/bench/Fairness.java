package io.reprise.bench;

import static io.reprise.bench.BenchTab.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** How long a short chat of one user takes while many sockets read another user's stream as fast as the model can. */
final class Fairness implements Scenario {
    private static final int WARM_UP_WORDS = 20_000;
    private static final int WORDS = 200_000;
    private static final int STREAMS = 3;
    private static final int ECHOES_ALONE = 50;

    @Override
    public String name() {
        return "fairness";
    }

    @Override
    public void run(Setting setting) throws Exception {
        // Separate event loops: the readers' frames must not delay it on the client's side.
        Vertx vertx = Vertx.vertx();
        // Kept until the end, because Vert.x closes the sockets of a garbage-collected client.
        WebSocketClient client = BenchTab.client(vertx);
        try (BenchServer server = BenchServer.start(setting.data(), Map.of())) {
            BenchTab tab = BenchTab.open(client, server, server.token("somebody"));
            Chat chat = new Chat(tab, tab.create());
            await(tab.attach(chat.session, null, 0));
            for (int i = 0; i < ECHOES_ALONE; i++) chat.echo();
            Figures alone = new Figures();
            for (int i = 0; i < ECHOES_ALONE; i++) alone.add(chat.echo());
            tell(setting, "alone", alone);
            for (int readers : new int[] {1, 100, 500}) beside(readers, chat, server, setting);
        } finally {
            client.close();
            vertx.close();
        }
    }

    private static void beside(int readers, Chat chat, BenchServer server, Setting setting) {
        Audience audience = new Audience(readers, server, setting);
        await(audience.hear(WARM_UP_WORDS));
        Figures echoes = new Figures();
        Figures streams = new Figures();
        for (int i = 0; i < STREAMS; i++) {
            long begun = System.nanoTime();
            CompletableFuture<Void> heard = audience.hear(WORDS);
            while (!heard.isDone()) echoes.add(chat.echo());
            await(heard);
            streams.add((System.nanoTime() - begun) / 1e6);
        }
        audience.tabs.forEach(BenchTab::close);
        tell(setting, "%d sockets read a stream".formatted(readers), echoes);
        setting.report().row("the stream until all of %d have heard its end".formatted(readers), "%s", streams.ms());
    }

    private static void tell(Setting setting, String beside, Figures echoes) {
        setting.report()
                .row("send to end of somebody's chat, " + beside, "p95 %.1f  %s", echoes.percentile(95), echoes.ms());
    }

    /** A chat with one word at a time. */
    private static final class Chat {
        final BenchTab tab;
        final String session;
        private volatile CompletableFuture<Void> ended = new CompletableFuture<>();

        Chat(BenchTab tab, String session) {
            this.tab = tab;
            this.session = session;
            tab.onEvent(event -> {
                if (BenchTab.isEnd(event)) ended.complete(null);
            });
        }

        /** Milliseconds from the message to the end of its run. */
        double echo() {
            ended = new CompletableFuture<>();
            long asked = System.nanoTime();
            await(tab.send(session, "/echo hello"));
            await(ended);
            return (System.nanoTime() - asked) / 1e6;
        }
    }

    /** The tabs of one session; the first sends the messages. */
    private static final class Audience {
        final List<BenchTab> tabs = new ArrayList<>();
        private final String session;
        private volatile CountDownLatch listening = new CountDownLatch(0);
        private volatile CompletableFuture<Void> heard;

        Audience(int readers, BenchServer server, Setting setting) {
            String token = server.token("bench");
            for (int i = 0; i < readers; i++) tabs.add(BenchTab.open(setting.clients(), server, token));
            session = tabs.getFirst().create();
            for (BenchTab tab : tabs) tab.onEvent(this::take);
            tabs.stream().map(tab -> tab.attach(session, null, 0)).toList().forEach(BenchTab::await);
        }

        /** Completes when every tab has received the end. */
        CompletableFuture<Void> hear(int words) {
            CompletableFuture<Void> all = new CompletableFuture<>();
            heard = all;
            listening = new CountDownLatch(tabs.size());
            await(tabs.getFirst().send(session, "/stream " + words + " 0"));
            return all;
        }

        private void take(String event) {
            if (!BenchTab.isEnd(event)) return;
            CountDownLatch latch = listening;
            latch.countDown();
            if (latch.getCount() == 0) heard.complete(null);
        }
    }
}
