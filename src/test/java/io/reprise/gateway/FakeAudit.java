package io.reprise.gateway;

import io.reprise.history.AuditDirectory;
import io.reprise.history.AuditRecorder;
import io.reprise.history.StoreAway;
import io.reprise.support.Page;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two entries, the older one on a page of its own when pages are short; remembers what was asked for. */
public final class FakeAudit implements AuditDirectory, AuditRecorder {
    static final Entry APPROVED =
            new Entry(8, 1_767_225_600_000L, "ada", "interrupt.approve", "s1", "i2", Map.of("tool", "sleep"));
    static final Entry EXPIRED = new Entry(7, 1_767_225_500_000L, null, "interrupt.expired", "s1", "i1", Map.of());

    public volatile Filter filter;
    public volatile boolean away;
    public volatile int pageMost = Integer.MAX_VALUE;
    public final List<String> recorded = new CopyOnWriteArrayList<>();

    @Override
    public Future<Void> record(String user, String action, String target, Map<String, Object> detail) {
        if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
        recorded.add(user + " " + action + " " + detail);
        return Future.succeededFuture();
    }

    @Override
    public Future<Page<Entry>> list(Filter wanted, long before, int most) {
        int limit = Math.min(most, pageMost);
        if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
        filter = wanted;
        List<Entry> found =
                List.of(APPROVED, EXPIRED).stream().filter(e -> e.id() < before).toList();
        return Future.succeededFuture(Page.of(found, limit, last -> Long.toString(last.id())));
    }
}
