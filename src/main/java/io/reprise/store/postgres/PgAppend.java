package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.bigint;
import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.message.CommandResult;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.session.store.Change.ClaimMade;
import io.reprise.session.store.Change.Cleared;
import io.reprise.session.store.Change.RunChanged;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.Claim;
import io.reprise.session.store.RunRow;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Builds the statement that stores an append, with its values. The statement consists only of the kinds of changes that
 * the append has, so that frequent appends cost little. Statements are cached by these kinds, so that each connection
 * prepares them once. Thread-safe.
 */
final class PgAppend {
    /** The writer of each kind of change. {@link Cleared} is written by separate statements. */
    static final List<PgChange<?>> WRITERS = List.of(
            PgSessionColumns.QUEUE,
            PgSessionColumns.EPOCH,
            PgSessionColumns.PREVIEW,
            PgSessionColumns.TITLES,
            PgSessionColumns.LISTING,
            PgSessionColumns.READ,
            PgSessionColumns.METADATA,
            PgSessionColumns.AGENT,
            PgSessionColumns.RECALL_CHAIN,
            PgSessionColumns.USED,
            PgTexts.VOIDED,
            PgTexts.SAID,
            PgClaims.WRITER,
            PgRuns.WRITER,
            PgRecalls.WRITER,
            PgInterrupts.WRITER,
            PgFeedback.VOIDED,
            PgFeedback.REMOVED,
            PgFeedback.GIVEN,
            PgSentAttachments.SENT,
            PgSentAttachments.SHARED,
            PgAudit.WRITER);

    /** Number of parameters before those of the rows: session, owner, version, head. */
    private static final int SINGLES = 4;

    /**
     * The statement for growing text, which runs many times per second. It costs the database much less than the
     * others.
     */
    static final String ROWS_ONLY = """
            WITH head AS (
                UPDATE session SET head_seq = $4, version = version + 1
                WHERE id = $1 AND owner = $2 AND version = $3
                RETURNING id
            ), logged AS (
                %s
            )
            SELECT count(*) AS appended FROM head""".formatted(PgRows.INSERT.from(SINGLES + 1));

    /** The sessions of a shared statement: what each append expects, and its new head. */
    private static final ArrayInsert<Append> HEADS = new ArrayInsert<>(
            """
            SELECT session.id, expected.head
            FROM unnest(%s) AS expected (id, owner, version, head)
            JOIN session ON session.id = expected.id
                AND session.owner = expected.owner AND session.version = expected.version
            ORDER BY session.id FOR UPDATE OF session""", List.of(text(Append::session), bigint(Append::owner), bigint(Append::version), bigint(Append::head)));

    /**
     * The statement for growing texts of several sessions; returns those whose append was stored. The rows are locked in
     * the order of their ids, so that two statements never wait for each other.
     */
    static final String ROWS_OF_SEVERAL = """
            WITH locked AS (
                %s
            ), head AS (
                UPDATE session SET head_seq = locked.head, version = session.version + 1
                FROM locked WHERE session.id = locked.id
                RETURNING session.id
            ), logged AS (
                %s
            )
            SELECT id FROM head""".formatted(
            HEADS.from(1), PgRows.INSERT_OF_SEVERAL.from(1 + HEADS.columns().size()));

    private static final String OF_SESSION = "WITH head AS (SELECT $1::text AS id) ";
    static final String MORE_ROWS = OF_SESSION + PgRows.INSERT.from(2);
    static final String MORE_TEXTS = OF_SESSION + PgTexts.INSERT.from(2);

    /** What determines the text of the statement. */
    private record Shape(boolean rows, boolean activity, List<PgChange<?>> writers) {}

    private final Map<Shape, String> statements = new ConcurrentHashMap<>();

    /** A statement with its parameter values. */
    record Statement(String sql, Tuple values) {}

    Statement of(Append append) {
        Tuple values = Tuple.of(append.session(), append.owner(), append.version(), append.head());
        if (append.isRowsOnly()) {
            PgRows.INSERT.addTo(values, append.rows());
            return new Statement(ROWS_ONLY, values);
        }
        List<PgChange<?>> writers = WRITERS.stream()
                .filter(writer -> append.changes().stream().anyMatch(writer.kind()::isInstance))
                .toList();
        Shape shape = new Shape(!append.rows().isEmpty(), isActivity(append), writers);
        if (shape.rows()) PgRows.INSERT.addTo(values, append.rows());
        writers.forEach(writer -> add(values, writer, append));
        return new Statement(statements.computeIfAbsent(shape, PgAppend::sql), values);
    }

    /** A statement for appends of different sessions that consist of rows only. */
    static Statement ofSeveral(List<Append> appends) {
        Tuple values = Tuple.tuple();
        HEADS.addTo(values, appends);
        PgRows.INSERT_OF_SEVERAL.addTo(
                values,
                appends.stream()
                        .flatMap(append -> append.rows().stream().map(row -> new PgRows.Owned(append.session(), row)))
                        .toList());
        return new Statement(ROWS_OF_SEVERAL, values);
    }

    private static <C extends Change> void add(Tuple values, PgChange<C> writer, Append append) {
        writer.addTo(values, append.changes(writer.kind()));
    }

    private static String sql(Shape shape) {
        StringBuilder columns = new StringBuilder("head_seq = $4, version = version + 1");
        if (shape.activity()) columns.append(", updated_at = now()");
        List<String> tables = new ArrayList<>();
        int next = SINGLES + 1;
        if (shape.rows()) {
            tables.add(PgRows.INSERT.from(next));
            next += PgRows.INSERT.columns().size();
        }
        for (PgChange<?> writer : shape.writers()) {
            switch (writer) {
                case PgChange.OfSession<?> assigned -> columns.append(", ").append(assigned.from(next));
                case PgChange.OfTable<?, ?> written -> tables.add(written.from(next));
            }
            next += writer.parameters();
        }
        return whole(columns, tables);
    }

    private static String whole(StringBuilder columns, List<String> tables) {
        StringBuilder sql = new StringBuilder("WITH head AS (UPDATE session SET ")
                .append(columns)
                .append(" WHERE id = $1 AND owner = $2 AND version = $3 RETURNING id)");
        for (int i = 0; i < tables.size(); i++) {
            sql.append(", part").append(i).append(" AS (").append(tables.get(i)).append(")");
        }
        return sql.append(" SELECT count(*) AS appended FROM head").toString();
    }

    /**
     * A statement with one part of a long append, for the append's own transaction.
     *
     * @param values created when the statement is executed, because they are large
     */
    record Piece(String sql, Supplier<Tuple> values) {}

    static Piece moreRows(String session, List<LogRow> rows) {
        return new Piece(MORE_ROWS, () -> values(session, PgRows.INSERT, rows));
    }

    static Piece moreTexts(String session, List<Said> said) {
        return new Piece(MORE_TEXTS, () -> values(session, PgTexts.INSERT, said));
    }

    private static <T> Tuple values(String session, ArrayInsert<T> insert, List<T> rows) {
        Tuple values = Tuple.tuple().addString(session);
        insert.addTo(values, rows);
        return values;
    }

    /** Whether the append moves the session to the top of the list. */
    private static boolean isActivity(Append append) {
        return append.changes().stream().anyMatch(change -> switch (change) {
            case RunChanged changed -> isActivity(changed.run(), append);
            case ClaimMade made -> isActivity(made.claim());
            case Change other -> false;
        });
    }

    /** Whether the row begins or ends a run. A row that only records a checkpoint does not move its session. */
    private static boolean isActivity(RunRow run, Append append) {
        return run.outcome() != null
                || (!append.rows().isEmpty()
                        && run.firstSeq() >= append.rows().getFirst().from());
    }

    /** Whether the command counts as activity. Renaming, pinning, archiving or feedback does not move a session. */
    private static boolean isActivity(Claim claim) {
        return !(claim.result() instanceof CommandResult.Updated) && !(claim.result() instanceof CommandResult.Rated);
    }
}
