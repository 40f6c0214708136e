package io.reprise.gateway;

import io.reprise.history.usage.UsageDirectory;
import io.vertx.core.Future;
import java.util.List;

/** No model was ever used. */
final class NoUsage implements UsageDirectory {
    @Override
    public Future<List<Total>> totals(Filter filter, Group group, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<OfRun>> ofSession(String session, String run, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<OfSession> ofSession(String session) {
        return Future.succeededFuture(OfSession.NOTHING);
    }
}
