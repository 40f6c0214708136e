package io.reprise.store.attachment;

import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.Blob;
import io.reprise.attachment.Blob.Place;
import io.reprise.attachment.FileType;
import io.reprise.config.AttachmentSettings;
import io.reprise.store.database.PgPool;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Attachments in PostgreSQL; their content there, too, or in a folder. */
public final class PgAttachments implements AttachmentStore {
    private static final String WHAT = "attachment";

    static final String BEGIN = "INSERT INTO attachment_blob (id, place, chunk_bytes) VALUES ($1, $2, $3)";

    /** Unless it was added meanwhile: then the answer of that was lost. */
    static final String DISCARD = """
            UPDATE attachment_blob SET gone = true
            WHERE id = $1 AND NOT kept AND NOT EXISTS (SELECT 1 FROM attachment WHERE blob_id = $1)""";

    static final String ADD = """
            WITH used AS (
                SELECT EXISTS (SELECT 1 FROM session WHERE id = $1 AND user_id = $2) AS there,
                    (SELECT coalesce(sum(bytes), 0) FROM attachment WHERE session_id = $1) AS of_session,
                    (SELECT coalesce(sum(bytes), 0) FROM attachment_blob
                     WHERE id IN (SELECT blob_id FROM attachment WHERE user_id = $2)) AS of_user
            ), made AS (
                INSERT INTO attachment (session_id, user_id, id, blob_id, name, type, bytes, width, height)
                SELECT $1, $2, $3, $4, $5, $6, $7::bigint, $8::int, $9::int FROM used
                WHERE there AND of_session + $7::bigint <= $11::bigint AND of_user + $7::bigint <= $12::bigint
                RETURNING blob_id
            ), kept AS (
                UPDATE attachment_blob SET bytes = $7::bigint, thumbnail = $10, kept = true
                FROM made WHERE attachment_blob.id = made.blob_id
            )
            SELECT CASE WHEN EXISTS (SELECT 1 FROM made) THEN 'DONE' WHEN NOT there THEN 'NO_SESSION'
                WHEN of_session + $7::bigint > $11::bigint THEN 'SESSION_FULL' ELSE 'USER_FULL' END AS outcome
            FROM used""";

    static final String FIND = """
            SELECT attachment.*, place, chunk_bytes FROM attachment JOIN attachment_blob ON attachment_blob.id = blob_id
            WHERE session_id = $1 AND attachment.id = $2""";

    static final String FIND_SEVERAL = "SELECT * FROM attachment WHERE session_id = $1 AND id = ANY ($2)";

    static final String THUMBNAIL = """
            SELECT thumbnail FROM attachment JOIN attachment_blob ON attachment_blob.id = blob_id
            WHERE session_id = $1 AND attachment.id = $2 AND thumbnail IS NOT NULL""";

    private final PgPool pool;
    private final PgPool readPool;
    private final Current<AttachmentSettings> settings;
    private final IdSource ids;
    private final FolderChunks folder;
    private final PgChunks rows;

    public PgAttachments(
            PgPool pool, PgPool readPool, FolderChunks folder, Current<AttachmentSettings> settings, IdSource ids) {
        this.pool = pool;
        this.readPool = readPool;
        this.settings = settings;
        this.ids = ids;
        this.rows = new PgChunks(pool, readPool);
        this.folder = folder;
    }

    @Override
    public Future<Blob> begin() {
        AttachmentSettings now = settings.get();
        Place place = Place.valueOf(now.store().name());
        Blob blob = new Blob(ids.next("b_"), place, now.chunkBytes(), 0);
        return pool.run(BEGIN, Tuple.of(blob.id(), word(place), blob.chunkBytes()))
                .map(blob);
    }

    private static String word(Place place) {
        return place.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Future<Void> write(Blob blob, int number, Buffer piece) {
        return chunks(blob).write(blob, number, piece);
    }

    @Override
    public Future<Buffer> read(Blob blob, int number) {
        return chunks(blob).read(blob, number);
    }

    private Chunks chunks(Blob blob) {
        return switch (blob.place()) {
            case DATABASE -> rows;
            case FOLDER -> folder;
        };
    }

    @Override
    public Future<Void> discard(Blob blob) {
        return pool.run(DISCARD, Tuple.of(blob.id()))
                .compose(marked -> marked.rowCount() == 0
                        ? Future.succeededFuture()
                        : AttachmentSweep.delete(pool, folder, List.of(blob)));
    }

    @Override
    public Future<Added> add(New added) {
        return pool.inTurn(
                WHAT,
                added.user(),
                1,
                connection -> connection
                        .preparedQuery(ADD)
                        .execute(values(added))
                        .map(rows -> Added.valueOf(rows.iterator().next().getString("outcome"))));
    }

    private static Tuple values(New added) {
        Attachment attachment = added.attachment();
        return Tuple.tuple()
                .addString(added.session())
                .addString(added.user())
                .addString(attachment.id())
                .addString(added.blob().id())
                .addString(attachment.name())
                .addString(attachment.type().mediaType())
                .addLong(attachment.bytes())
                .addInteger(attachment.width())
                .addInteger(attachment.height())
                .addBuffer(added.thumbnail() == null ? null : Buffer.buffer(added.thumbnail()))
                .addLong(added.sessionBytesMax())
                .addLong(added.userBytesMax());
    }

    @Override
    public Future<Optional<Stored>> find(String session, String attachment) {
        return readPool.read(FIND, Tuple.of(session, attachment)).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            Attachment found = attachment(row);
            return Optional.of(new Stored(found, blob(row, row.getString("blob_id"), found.bytes())));
        });
    }

    private static Attachment attachment(Row row) {
        return new Attachment(
                row.getString("id"),
                row.getString("name"),
                FileType.ofMediaType(row.getString("type")),
                row.getLong("bytes"),
                row.getInteger("width"),
                row.getInteger("height"));
    }

    static Blob blob(Row row, String id, long bytes) {
        Place place = Place.valueOf(row.getString("place").toUpperCase(Locale.ROOT));
        return new Blob(id, place, row.getInteger("chunk_bytes"), bytes);
    }

    /** Those of these attachments that the session has. */
    public static Future<List<Attachment>> find(PgPool pool, String session, List<String> attachments) {
        return pool.read(
                        FIND_SEVERAL,
                        Tuple.tuple().addString(session).addArrayOfString(attachments.toArray(String[]::new)))
                .map(rows -> {
                    List<Attachment> found = new ArrayList<>(rows.size());
                    for (Row row : rows) found.add(attachment(row));
                    return found;
                });
    }

    @Override
    public Future<Optional<Buffer>> thumbnail(String session, String attachment) {
        return readPool.read(THUMBNAIL, Tuple.of(session, attachment))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getBuffer("thumbnail")));
    }

    /** Removes what nobody refers to any more; see {@link AttachmentSweep}. */
    public AttachmentSweep sweep(int batch) {
        return new AttachmentSweep(pool, folder, settings, batch);
    }

    /** Deletes the files of all attachments that were erased, whatever their session was; {@code batch} of them at once. */
    public Future<Void> deleteGone(int batch) {
        return sweep(batch)
                .deleteGone()
                .compose(deleted -> deleted < batch ? Future.succeededFuture() : deleteGone(batch));
    }
}
