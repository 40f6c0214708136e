package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.bigint;
import static io.reprise.store.postgres.ArrayInsert.Column.bool;
import static io.reprise.store.postgres.ArrayInsert.Column.text;
import static io.reprise.store.postgres.ArrayInsert.Column.time;

import io.reprise.session.store.Change.FeedbackGiven;
import io.reprise.session.store.Change.FeedbackRemoved;
import io.reprise.session.store.Change.FeedbackVoided;
import io.reprise.store.postgres.PgChange.OfTable;
import java.util.List;
import java.util.function.Function;

/** Writes rows of {@code feedback}, which administrators review. */
final class PgFeedback {
    static final OfTable<FeedbackGiven, FeedbackGiven> GIVEN = new OfTable<>(
            FeedbackGiven.class,
            Function.identity(),
            new ArrayInsert<>(
                    """
            INSERT INTO feedback (session_id, message_id, seq, run_id, user_id, rating, comment, agent, model, event_seq, at, superseded)
            SELECT head.id, f.message_id, f.seq, f.run_id, f.user_id, f.rating, f.comment, f.agent, f.model, f.event_seq, f.at, f.superseded
            FROM head, unnest(%s) AS f (message_id, seq, run_id, user_id, rating, comment, agent, model, event_seq, at, superseded)
            ON CONFLICT (session_id, message_id) DO UPDATE
            SET rating = excluded.rating, comment = excluded.comment, agent = excluded.agent, event_seq = excluded.event_seq,
                at = excluded.at, superseded = excluded.superseded""",
                    List.of(
                            text(FeedbackGiven::message),
                            bigint(FeedbackGiven::seq),
                            text(FeedbackGiven::run),
                            text(FeedbackGiven::user),
                            text(given -> given.opinion().rating().wire()),
                            text(given -> given.opinion().comment()),
                            text(FeedbackGiven::agent),
                            text(FeedbackGiven::model),
                            bigint(FeedbackGiven::eventSeq),
                            time(FeedbackGiven::atMs),
                            bool(FeedbackGiven::superseded))));

    static final OfTable<FeedbackRemoved, FeedbackRemoved> REMOVED = new OfTable<>(
            FeedbackRemoved.class,
            Function.identity(),
            new ArrayInsert<>("""
            DELETE FROM feedback USING head
            WHERE feedback.session_id = head.id AND feedback.message_id = ANY (ARRAY (SELECT f.message_id FROM unnest(%s) AS f (message_id)))""", List.of(text(FeedbackRemoved::message))));

    /** Does not see rows that the same statement inserts. */
    static final OfTable<FeedbackVoided, FeedbackVoided> VOIDED = new OfTable<>(
            FeedbackVoided.class,
            Function.identity(),
            new ArrayInsert<>("""
            UPDATE feedback SET superseded = true FROM head
            WHERE feedback.session_id = head.id
              AND feedback.seq > (SELECT min(v.after_seq) FROM unnest(%s) AS v (after_seq))""", List.of(bigint(FeedbackVoided::afterSeq))));

    private PgFeedback() {}
}
