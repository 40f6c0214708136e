package io.reprise.session.fork;

import io.reprise.config.Settings;
import io.reprise.message.bus.Sharding;
import io.reprise.message.log.LogEvent;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.session.effect.OpenedSession;
import io.reprise.session.effect.OpenedSession.Outcome;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.SessionLog;
import io.reprise.session.store.Append;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.NewSession;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.IdSource;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the sessions in which recalls run that do not run in their own. Such a session begins with a recall of its own,
 * which is due immediately: from there on everything is as with any other recall.
 */
public final class RecallSessions {
    private static final int ID_CHARS = 24;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private final EventStore store;
    private final Current<Settings> settings;
    private final IdSource ids;
    private final WallClock time;

    public RecallSessions(EventStore store, Current<Settings> settings, IdSource ids, WallClock time) {
        this.store = store;
        this.settings = settings;
        this.ids = ids;
        this.time = time;
    }

    /**
     * The id of the session for the recall's slot: always the same one, and in this shard, so that the owner of the
     * recall may make it.
     */
    public String id(Recall recall, int shard) {
        Sharding sharding = new Sharding(settings.get().sessions().shards());
        for (int attempt = 0; ; attempt++) {
            String digest = Digest.of("recall " + recall.id() + " " + recall.slotMs(), Integer.toString(attempt));
            String id = "s_" + digest.replaceAll("[^A-Za-z0-9]", "").substring(0, ID_CHARS);
            if (sharding.shardOf(id) == shard) return id;
        }
    }

    /** A failed future means that the store is unavailable. */
    public Future<Outcome> make(OpenedSession asked, String session, long owner) {
        Recall recall = asked.recall();
        return store.recallSessionsSince(recall.user(), time.nowMs() - DAY_MS).compose(made -> {
            if (made >= settings.get().recalls().newSessionsPerDay()) {
                return store.exists(session).map(exists -> exists ? Outcome.EXISTS : Outcome.TOO_MANY);
            }
            return store.create(begun(asked, session, owner)).map(RecallSessions::outcome);
        });
    }

    /** Whatever the store says, the session exists or existed: its id belongs to this slot alone. */
    private static Outcome outcome(CreateOutcome created) {
        return switch (created) {
            case CreateOutcome.Made made -> Outcome.EXISTS;
            case CreateOutcome.Claimed claimed -> Outcome.EXISTS;
            case CreateOutcome.Erased erased -> Outcome.EXISTS;
        };
    }

    private NewSession begun(OpenedSession asked, String session, long owner) {
        Recall recall = asked.recall();
        Map<String, Object> from = new LinkedHashMap<>();
        from.put("session", recall.session());
        from.put("recall", recall.id());
        return new NewSession(
                session,
                recall.user(),
                asked.agent(),
                null,
                Map.of("recalledFrom", from),
                ids.next("e_"),
                owner,
                null,
                beginning(asked, session, owner),
                asked.from());
    }

    private Append beginning(OpenedSession asked, String session, long owner) {
        long nowMs = time.nowMs();
        Recall parent = asked.recall();
        Recall own = new Recall(
                ids.next("rc_"),
                session,
                parent.user(),
                parent.text(),
                RecallSchedule.immediate().in(parent.schedule().zone()),
                parent.context(),
                RecallTarget.THIS,
                parent.id(),
                Recall.Status.PENDING,
                null,
                nowMs,
                nowMs,
                0,
                0,
                0,
                null,
                nowMs,
                parent.cause());
        SessionLog log = new SessionLog(session, settings.map(Settings::log), 0, 1);
        log.number(LogEvent.Custom.of(LogEvent.RecallUpdated.of(own, Recall.Action.SCHEDULED, null)), null, nowMs);
        NextAppend content = new NextAppend();
        content.recall(own);
        content.recallChain(asked.chain());
        return content.with(session, owner, 0, log.decided(), log.unstored(true));
    }
}
