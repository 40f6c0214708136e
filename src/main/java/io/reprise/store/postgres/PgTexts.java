package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.bigint;
import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.session.store.Change.MessagesVoided;
import io.reprise.session.store.Change.Said;
import io.reprise.store.postgres.PgChange.OfTable;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Rows of {@code message_text}, which the search of sessions reads. */
final class PgTexts {
    static final ArrayInsert<Said> INSERT = new ArrayInsert<>(
            """
            INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
            SELECT head.id, t.seq, t.end_seq, t.message_id, t.role, t.folded
            FROM head, unnest(%s) AS t (seq, end_seq, message_id, role, folded)""",
            List.of(
                    bigint(Said::seq),
                    bigint(Said::endSeq),
                    text(Said::message),
                    text(said -> said.role().name().toLowerCase(Locale.ROOT)),
                    text(Said::folded)));

    static final OfTable<Said, Said> SAID = new OfTable<>(Said.class, Function.identity(), INSERT);

    /**
     * Also the text of an answer whose end alone is void: what is left of it is not found any more, and nothing that is void.
     * Does not see rows that the same statement inserts.
     */
    private static final ArrayInsert<MessagesVoided> DELETE =
            new ArrayInsert<>("""
            DELETE FROM message_text USING head
            WHERE message_text.session_id = head.id
              AND message_text.end_seq > (SELECT min(v.after_seq) FROM unnest(%s) AS v (after_seq))""", List.of(bigint(MessagesVoided::afterSeq)));

    static final OfTable<MessagesVoided, MessagesVoided> VOIDED =
            new OfTable<>(MessagesVoided.class, Function.identity(), DELETE);

    private PgTexts() {}
}
