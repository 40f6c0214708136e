package io.reprise.gateway;

import io.reprise.history.feedback.FeedbackDirectory;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Nobody has said anything of an answer. */
final class NoFeedback implements FeedbackDirectory {
    @Override
    public Future<Page> list(Filter filter, Place before, int limit) {
        return Future.succeededFuture(new Page(List.of(), null));
    }

    @Override
    public Future<Optional<Entry>> find(String session, String message) {
        return Future.succeededFuture(Optional.empty());
    }
}
