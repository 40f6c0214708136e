package io.reprise.session.log;

import io.reprise.config.Settings;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.content.Content;
import io.reprise.session.effect.Effects;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import java.time.Instant;
import java.util.function.Predicate;

/** What all parts of a session share. */
public record SessionParts(
        SessionIdentity self,
        SessionAgent agent,
        Current<Settings> current,
        SessionLog log,
        Appends appends,
        Effects effects,
        IdSource ids,
        WallClock time,
        MonotonicClock clock,
        Metrics metrics,
        Predicate<String> budgetSpent) {
    /** The current settings; ask for them at each decision. */
    public Settings settings() {
        return current.get();
    }

    /**
     * A new message of a user.
     *
     * @param run the run that it stops, or null
     * @param model that was chosen for it, or null
     */
    public QueuedMessage message(Request request, Content content, OnBusy onBusy, String run, String model) {
        String at = Instant.ofEpochMilli(time.nowMs()).toString();
        return new QueuedMessage(
                ids.next("m_"),
                content.lead(),
                content.rest(),
                onBusy.wire(),
                request.user(),
                at,
                request.id(),
                run,
                request.zone(),
                agent.chosen(model, request.staff()),
                request.cause());
    }
}
