package io.reprise.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.UsageLog;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Symptom: after the end of a node, its timer went on, and asked a database that was closed. Cause: a flush that was under way
 * set it again.
 */
class NodeUsageTest {
    private final Set<Long> timers = new HashSet<>();
    private io.vertx.core.Handler<Long> due;

    @Test
    @SuppressWarnings("unchecked")
    void a_flush_under_way_at_the_end_sets_no_further_timer() {
        Vertx real = Vertx.vertx();
        Vertx vertx = (Vertx) Proxy.newProxyInstance(
                Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (proxy, method, values) -> {
                    switch (method.getName()) {
                        case "setTimer" -> {
                            due = (io.vertx.core.Handler<Long>) values[1];
                            timers.add((long) timers.size());
                            return timers.size() - 1L;
                        }
                        case "cancelTimer" -> {
                            return timers.remove(values[0]);
                        }
                        default -> {
                            return method.invoke(real, values);
                        }
                    }
                });
        NodeUsage usage = new NodeUsage(
                vertx,
                nothing(),
                Current.always(Settings.defaults()),
                prefix -> prefix,
                () -> 0,
                () -> 0,
                Metrics.unseen());
        io.vertx.core.Handler<Long> first = due;

        usage.close();
        first.handle(0L); // it had been under way

        assertThat(timers).isEmpty();
        real.close();
    }

    private static UsageLog nothing() {
        return new UsageLog() {
            @Override
            public Future<Void> record(List<ModelUse> uses) {
                return Future.succeededFuture();
            }

            @Override
            public Future<Spent> spent(String user, LocalDate day) {
                return Future.succeededFuture(Spent.NOTHING);
            }

            @Override
            public Future<Map<String, Spent>> spentAtLeast(LocalDate day, long tokens, BigDecimal cost, int limit) {
                return Future.succeededFuture(Map.of());
            }
        };
    }
}
