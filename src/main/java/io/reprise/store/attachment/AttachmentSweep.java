package io.reprise.store.attachment;

import io.reprise.attachment.Blob;
import io.reprise.attachment.Blob.Place;
import io.reprise.config.AttachmentSettings;
import io.reprise.job.Sweep;
import io.reprise.store.database.PgPool;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes attachments that were uploaded and never sent, what is left of uploads that did not end, and files whose
 * attachments were erased.
 */
public final class AttachmentSweep implements Sweep {
    static final String UNSENT = """
            DELETE FROM attachment WHERE ctid IN (
                SELECT ctid FROM attachment WHERE sent_at IS NULL AND uploaded_at <= now() - $1 * interval '1 hour'
                ORDER BY uploaded_at LIMIT $2 FOR UPDATE SKIP LOCKED)""";

    /** No upload takes longer than an hour: that is more than the largest {@code attachments.uploadMs}. */
    static final String UNFINISHED = """
            UPDATE attachment_blob SET gone = true WHERE ctid IN (
                SELECT ctid FROM attachment_blob WHERE NOT kept AND NOT gone AND begun_at <= now() - interval '1 hour'
                ORDER BY begun_at LIMIT $1 FOR UPDATE SKIP LOCKED)""";

    static final String GONE =
            "SELECT id, place, chunk_bytes, bytes FROM attachment_blob WHERE gone ORDER BY id LIMIT $1";

    static final String DELETE = "DELETE FROM attachment_blob WHERE gone AND id = ANY ($1)";

    private final PgPool pool;
    private final FolderChunks folder;
    private final Current<AttachmentSettings> settings;
    private final int batch;

    AttachmentSweep(PgPool pool, FolderChunks folder, Current<AttachmentSettings> settings, int batch) {
        this.pool = pool;
        this.folder = folder;
        this.settings = settings;
        this.batch = batch;
    }

    @Override
    public Future<Batch> next() {
        return pool.run(UNSENT, Tuple.of(settings.get().unsentHours(), batch))
                .compose(unsent -> pool.run(UNFINISHED, Tuple.of(batch))
                        .compose(unfinished -> deleteGone().map(gone -> {
                            long most = Math.max(unsent.rowCount(), Math.max(unfinished.rowCount(), gone));
                            return new Batch(most, unsent.rowCount() + gone, most >= batch);
                        })));
    }

    /** Returns how many there were. */
    Future<Integer> deleteGone() {
        return pool.run(GONE, Tuple.of(batch)).compose(rows -> {
            List<Blob> gone = new ArrayList<>(rows.size());
            for (Row row : rows) gone.add(PgAttachments.blob(row, row.getString("id"), row.getLong("bytes")));
            return delete(pool, folder, gone).map(gone.size());
        });
    }

    /** Deletes blobs that are marked as gone: first the files, because the row is what names them. */
    static Future<Void> delete(PgPool pool, FolderChunks folder, List<Blob> gone) {
        if (gone.isEmpty()) return Future.succeededFuture();
        List<Blob> files =
                gone.stream().filter(blob -> blob.place() == Place.FOLDER).toList();
        Tuple all = Tuple.tuple().addArrayOfString(gone.stream().map(Blob::id).toArray(String[]::new));
        return folder.delete(files).compose(deleted -> pool.run(DELETE, all)).mapEmpty();
    }
}
