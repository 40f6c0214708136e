package io.reprise.gateway;

import io.reprise.history.usage.UsageDirectory;
import io.reprise.support.Page;
import io.vertx.core.Future;
import java.util.List;

/** No model was ever used. */
final class NoUsage implements UsageDirectory {
    @Override
    public Future<Page<Total>> totals(Filter filter, Group group, String cursor, int limit) {
        return Future.succeededFuture(new Page<>(List.of(), null));
    }

    @Override
    public Future<Page<OfRun>> ofSession(String session, String run, String cursor, int limit) {
        return Future.succeededFuture(new Page<>(List.of(), null));
    }

    @Override
    public Future<OfSession> ofSession(String session) {
        return Future.succeededFuture(OfSession.NOTHING);
    }
}
