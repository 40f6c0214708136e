package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.session.store.Change.AttachmentSent;
import io.reprise.session.store.Change.AttachmentShared;
import io.reprise.store.postgres.PgChange.OfTable;
import java.util.List;
import java.util.function.Function;

/** Rows of {@code attachment} that change with the log. */
final class PgSentAttachments {
    static final OfTable<AttachmentSent, AttachmentSent> SENT = new OfTable<>(
            AttachmentSent.class,
            Function.identity(),
            new ArrayInsert<>("""
                    UPDATE attachment SET sent_at = coalesce(sent_at, now()) FROM head, unnest(%s) AS sent (id)
                    WHERE attachment.session_id = head.id AND attachment.id = sent.id""", List.of(text(AttachmentSent::attachment))));

    /** With the ids of the source, because the copied messages name them. */
    static final OfTable<AttachmentShared, AttachmentShared> SHARED = new OfTable<>(
            AttachmentShared.class,
            Function.identity(),
            new ArrayInsert<>("""
                    INSERT INTO attachment (session_id, id, blob_id, user_id, name, type, bytes, width, height, sent_at)
                    SELECT head.id, its.id, its.blob_id, its.user_id, its.name, its.type, its.bytes, its.width, its.height, now()
                    FROM head, unnest(%s) AS shared (source, id)
                    JOIN attachment AS its ON its.session_id = shared.source AND its.id = shared.id""", List.of(text(AttachmentShared::source), text(AttachmentShared::attachment))));

    private PgSentAttachments() {}
}
