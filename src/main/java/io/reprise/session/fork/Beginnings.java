package io.reprise.session.fork;

import io.reprise.message.Command;
import io.reprise.message.ShardMessage;
import io.reprise.session.store.Append;
import io.vertx.core.Future;

/** Makes logs of sessions that begin with a conversation that took place elsewhere. */
public final class Beginnings {
    private final SessionFork.With with;

    public Beginnings(SessionFork.With with) {
        this.with = with;
    }

    /** @param create with a beginning */
    public Future<Append> of(ShardMessage.Request request, Command.Create create, long owner) {
        long nowMs = with.time().nowMs();
        EarlierLog log = new EarlierLog(with.current().get(), with.ids(), nowMs);
        return with.workers().run(() -> log.of(request.session(), request.user(), owner, create.beginning()));
    }
}
