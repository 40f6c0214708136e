package io.reprise.telemetry.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.reprise.config.Settings;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.Vitals;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoopWatchIT {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final LoopWatch loops = new LoopWatch(
            1,
            Current.always(Settings.with(Map.of("watch.blockedLoopMs", "200")).watch()),
            MonotonicClock.system(),
            Metrics.unseen());
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LoopWatch.class);

    @BeforeEach
    void start() throws Exception {
        lines.start();
        logger.addAppender(lines);
        loops.start(vertx).toCompletionStage().toCompletableFuture().get();
    }

    @AfterEach
    void stop() throws Exception {
        logger.detachAppender(lines);
        loops.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void a_blocked_loop_is_named_with_what_it_does_while_it_is_blocked() {
        CountDownLatch free = new CountDownLatch(1);
        try {
            vertx.runOnContext(task -> waitFor(free));

            await().until(() -> !lines.list.isEmpty());
            ILoggingEvent line = lines.list.getFirst();
            assertThat(line.getFormattedMessage()).isEqualTo("an event loop is blocked");
            assertThat(value(line, "loop")).startsWith("vert.x-eventloop-thread-");
            assertThat(Long.parseLong(value(line, "ms"))).isGreaterThanOrEqualTo(200);
            assertThat(value(line, "at")).contains("waitFor");
            assertThat(loops.loops()).extracting(Vitals.Loop::lagMs).allMatch(lagMs -> lagMs >= 200);
        } finally {
            free.countDown();
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String value(ILoggingEvent line, String key) {
        return line.getKeyValuePairs().stream()
                .filter(pair -> pair.key.equals(key))
                .map(pair -> String.valueOf(pair.value))
                .findFirst()
                .orElseThrow();
    }
}
