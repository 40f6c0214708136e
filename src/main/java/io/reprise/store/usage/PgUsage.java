package io.reprise.store.usage;

import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.UsageDirectory;
import io.reprise.history.usage.UsageLog;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.support.Page;
import io.reprise.support.PageCursor;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Calls of models in PostgreSQL, each by itself and together by day. */
public final class PgUsage implements UsageLog, UsageDirectory {
    private static final String SUMS = """
            sum(calls)::bigint AS calls, sum(input)::bigint AS input, sum(cached_input)::bigint AS cached_input,
                sum(cache_write)::bigint AS cache_write, sum(output)::bigint AS output,
                sum(reasoning)::bigint AS reasoning, sum(estimated)::bigint AS estimated,
                sum(unpriced)::bigint AS unpriced, sum(cost) AS cost""";

    private static final String SUMS_OF_CALLS = """
            count(*) AS calls, coalesce(sum(input), 0)::bigint AS input,
                coalesce(sum(cached_input), 0)::bigint AS cached_input, coalesce(sum(cache_write), 0)::bigint AS cache_write,
                coalesce(sum(output), 0)::bigint AS output, coalesce(sum(reasoning), 0)::bigint AS reasoning,
                count(*) FILTER (WHERE estimated) AS estimated, count(*) FILTER (WHERE cost IS NULL) AS unpriced,
                coalesce(sum(cost), 0) AS cost""";

    /** Adds rows to those that are there. */
    static final String ADD_TO_DAY = """
            ON CONFLICT (user_id, day, agent, purpose, provider, model) DO UPDATE SET
                calls = usage_day.calls + excluded.calls,
                input = usage_day.input + excluded.input,
                cached_input = usage_day.cached_input + excluded.cached_input,
                cache_write = usage_day.cache_write + excluded.cache_write,
                output = usage_day.output + excluded.output,
                reasoning = usage_day.reasoning + excluded.reasoning,
                estimated = usage_day.estimated + excluded.estimated,
                unpriced = usage_day.unpriced + excluded.unpriced,
                cost = usage_day.cost + excluded.cost""";

    /**
     * The rows of days are written in one order, so that two statements never wait for each other. Costs are sent as texts,
     * because the driver cannot send a list of numbers in which some are absent. A session that is named is held until the statement
     * has ended, because one that is deleted at this moment would let all calls of the statement fail. Temporary sessions are not
     * named: they are gone soon, and nobody is to wait for one. A call of a user who was erased after it has the name that replaces
     * the user's; the clock of a node may be fast.
     */
    static final String RECORD = """
            WITH held AS (
                SELECT id FROM session WHERE id = ANY ($3::text[]) AND NOT starts_with(id, 't_') ORDER BY id FOR KEY SHARE
            ), added AS (
                INSERT INTO model_use (id, run_id, session_id, user_id, agent, purpose, provider, model, at, input,
                    cached_input, cache_write, output, reasoning, estimated, cost, context, context_max)
                SELECT given.id, given.run_id, held.id, coalesce(gone.name, given.user_id), given.agent, given.purpose, given.provider,
                    given.model, given.at, given.input, given.cached_input, given.cache_write, given.output,
                    given.reasoning, given.estimated, given.cost::numeric, nullif(given.context, 0),
                    nullif(given.context_max, 0)
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::text[], $9::timestamptz[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
                        $14::bigint[], $15::boolean[], $16::text[], $17::bigint[], $18::bigint[])
                    AS given (id, run_id, session_id, user_id, agent, purpose, provider, model, at, input, cached_input,
                        cache_write, output, reasoning, estimated, cost, context, context_max)
                LEFT JOIN held ON held.id = given.session_id
                LEFT JOIN erased_user AS gone ON gone.hash = sha256(convert_to(given.user_id, 'UTF8'))
                    AND given.at <= gone.erased_at + interval '1 minute'
                ON CONFLICT (id) DO NOTHING
                RETURNING *
            )
            INSERT INTO usage_day (day, user_id, agent, purpose, provider, model, calls, input, cached_input, cache_write,
                output, reasoning, estimated, unpriced, cost)
            SELECT (at AT TIME ZONE 'UTC')::date AS day, user_id, coalesce(agent, '') AS agent, purpose, provider, model,
                count(*), sum(input), sum(cached_input), sum(cache_write), sum(output), sum(reasoning),
                count(*) FILTER (WHERE estimated), count(*) FILTER (WHERE cost IS NULL), coalesce(sum(cost), 0)
            FROM added GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 1, 3, 4, 5, 6
            """ + ADD_TO_DAY;

    /** Days of one user become those of another one, who may have some already. */
    public static final String RENAME_DAYS = """
            WITH gone AS (
                DELETE FROM usage_day WHERE user_id = $1 RETURNING *
            )
            INSERT INTO usage_day SELECT day, $2, agent, purpose, provider, model, calls, input, cached_input, cache_write,
                output, reasoning, estimated, unpriced, cost
            FROM gone ORDER BY day, agent, purpose, provider, model
            """ + ADD_TO_DAY;

    static final String SPENT = """
            SELECT coalesce(sum(input + output), 0)::bigint AS tokens, coalesce(sum(cost), 0) AS cost
            FROM usage_day WHERE user_id = $1 AND day = $2""";

    static final String SPENT_AT_LEAST = """
            SELECT user_id, sum(input + output)::bigint AS tokens, sum(cost) AS cost
            FROM usage_day WHERE day = $1 GROUP BY user_id
            HAVING $2::bigint > 0 AND sum(input + output) >= $2 OR sum(cost) >= $3::numeric
            LIMIT $4""";

    private static final String TOTALS = "SELECT * FROM (SELECT %s AS key, " + SUMS + """
            , sum(input + output)::bigint AS tokens
            FROM usage_day WHERE day >= $1 AND day <= $2 AND %s
                AND ($4::text IS NULL OR provider || '/' || model = $4) AND ($5::text IS NULL OR agent = $5)
            GROUP BY 1) AS summed
            WHERE $6::text IS NULL OR %s LIMIT $8""";

    /** Statements of their own, because the days of one user are found by another index than those of all. */
    private static final String OF_ALL = "$3::text IS NULL";

    private static final String OF_USER = "user_id = $3";

    private static final String BY_KEY = "(key > $6 AND $7::bigint IS NULL) ORDER BY key";

    private static final String BY_TOKENS =
            "tokens < $7::bigint OR (tokens = $7 AND key > $6) ORDER BY tokens DESC, key";

    static final String OF_SESSION = """
            SELECT run_id, provider, model, min(at) AS first_at, %s
            FROM model_use WHERE session_id = $1 AND ($2::text IS NULL OR run_id = $2)
            GROUP BY run_id, provider, model
            HAVING $3::timestamptz IS NULL
                OR (min(at), coalesce(run_id, ''), provider, model) > ($3, $4::text, $5::text, $6::text)
            ORDER BY min(at), coalesce(run_id, ''), provider, model LIMIT $7""".formatted(SUMS_OF_CALLS);

    /** Together, with the context as it was after the newest answer, and where it was largest. */
    static final String WHOLE_SESSION = """
            SELECT %s, max(context) AS largest,
                (array_agg(context ORDER BY at DESC, id DESC) FILTER (WHERE context IS NOT NULL))[1] AS used,
                (array_agg(context_max ORDER BY at DESC, id DESC) FILTER (WHERE context IS NOT NULL))[1] AS context_max
            FROM model_use WHERE session_id = $1""".formatted(SUMS_OF_CALLS);

    private final PgPool writes;
    private final PgPool reads;

    public PgUsage(PgPool writes, PgPool reads) {
        this.writes = writes;
        this.reads = reads;
    }

    @Override
    public Future<Void> record(List<ModelUse> uses) {
        if (uses.isEmpty()) return Future.succeededFuture();
        Tuple values = Tuple.tuple()
                .addArrayOfString(texts(uses, ModelUse::id))
                .addArrayOfString(texts(uses, ModelUse::run))
                .addArrayOfString(texts(uses, ModelUse::session))
                .addArrayOfString(texts(uses, ModelUse::user))
                .addArrayOfString(texts(uses, ModelUse::agent))
                .addArrayOfString(texts(uses, use -> use.purpose().word()))
                .addArrayOfString(texts(uses, ModelUse::provider))
                .addArrayOfString(texts(uses, ModelUse::model))
                .addArrayOfOffsetDateTime(
                        uses.stream().map(use -> PgTimes.toTime(use.atMs())).toArray(OffsetDateTime[]::new))
                .addArrayOfLong(numbers(uses, ModelUse::input))
                .addArrayOfLong(numbers(uses, ModelUse::cachedInput))
                .addArrayOfLong(numbers(uses, ModelUse::cacheWrite))
                .addArrayOfLong(numbers(uses, ModelUse::output))
                .addArrayOfLong(numbers(uses, ModelUse::reasoning))
                .addArrayOfBoolean(uses.stream().map(ModelUse::estimated).toArray(Boolean[]::new))
                .addArrayOfString(texts(
                        uses, use -> use.cost() == null ? null : use.cost().toPlainString()))
                .addArrayOfLong(numbers(
                        uses, use -> use.context() == null ? 0 : use.context().usedTokens()))
                .addArrayOfLong(numbers(uses, PgUsage::contextMax));
        return writes.read(RECORD, values).mapEmpty();
    }

    private static long contextMax(ModelUse use) {
        boolean isKnown = use.context() != null && use.context().maxTokens() != null;
        return isKnown ? use.context().maxTokens() : 0;
    }

    private static String[] texts(List<ModelUse> uses, Function<ModelUse, String> field) {
        return uses.stream().map(field).toArray(String[]::new);
    }

    private static Long[] numbers(List<ModelUse> uses, ToLongFunction<ModelUse> field) {
        return uses.stream().mapToLong(field).boxed().toArray(Long[]::new);
    }

    @Override
    public Future<Spent> spent(String user, LocalDate day) {
        return reads.read(SPENT, Tuple.of(user, day)).map(rows -> {
            Row row = rows.iterator().next();
            return new Spent(row.getLong("tokens"), row.getBigDecimal("cost"));
        });
    }

    @Override
    public Future<Map<String, Spent>> spentAtLeast(LocalDate day, long tokens, BigDecimal cost, int limit) {
        return reads.read(SPENT_AT_LEAST, Tuple.of(day, tokens, cost, limit)).map(rows -> {
            Map<String, Spent> found = new HashMap<>();
            for (Row row : rows) {
                found.put(row.getString("user_id"), new Spent(row.getLong("tokens"), row.getBigDecimal("cost")));
            }
            return found;
        });
    }

    @Override
    public Future<Page<Total>> totals(Filter filter, Group group, String cursor, int limit) {
        boolean byDay = group == Group.DAY;
        return PageCursor.parse(cursor, byDay ? 1 : 2)
                .map(place -> Tuple.of(filter.from(), filter.to(), filter.user(), filter.model(), filter.agent())
                        .addString(place.getFirst())
                        .addLong(byDay ? null : PageCursor.number(place.getLast()))
                        .addInteger(limit + 1))
                .compose(values -> reads.read(totals(group, filter.user() != null), values))
                .map(rows -> {
                    List<Total> found = new ArrayList<>(rows.size());
                    for (Row row : rows) found.add(total(row, row.getString("key")));
                    return Page.of(found, limit, last -> cursor(group, last));
                });
    }

    private static String cursor(Group group, Total last) {
        return group == Group.DAY ? PageCursor.of(last.key()) : PageCursor.of(last.key(), last.input() + last.output());
    }

    public static String totals(Group group, boolean ofUser) {
        String users = ofUser ? OF_USER : OF_ALL;
        return switch (group) {
            case DAY -> TOTALS.formatted("to_char(day, 'YYYY-MM-DD')", users, BY_KEY);
            case USER -> TOTALS.formatted("user_id", users, BY_TOKENS);
            case MODEL -> TOTALS.formatted("provider || '/' || model", users, BY_TOKENS);
            case AGENT -> TOTALS.formatted("agent", users, BY_TOKENS);
            case PURPOSE -> TOTALS.formatted("purpose", users, BY_TOKENS);
        };
    }

    @Override
    public Future<Page<OfRun>> ofSession(String session, String run, String cursor, int limit) {
        return PageCursor.parse(cursor, 4)
                .map(place -> Tuple.of(session, run)
                        .addOffsetDateTime(PgTimes.toTimeOrNull(PageCursor.timeMs(place.getFirst())))
                        .addString(place.get(1))
                        .addString(place.get(2))
                        .addString(place.get(3))
                        .addInteger(limit + 1))
                .compose(values -> reads.read(OF_SESSION, values))
                .map(rows -> {
                    List<OfRun> found = new ArrayList<>(rows.size());
                    for (Row row : rows) found.add(ofRun(row));
                    return Page.of(found, limit, PgUsage::cursor);
                });
    }

    private static OfRun ofRun(Row row) {
        return new OfRun(
                row.getString("run_id"),
                row.getString("provider"),
                row.getString("model"),
                PgTimes.toMs(row.getOffsetDateTime("first_at")),
                total(row, row.getString("run_id")));
    }

    private static String cursor(OfRun last) {
        return PageCursor.of(last.atMs(), last.run() == null ? "" : last.run(), last.provider(), last.model());
    }

    @Override
    public Future<OfSession> ofSession(String session) {
        return reads.read(WHOLE_SESSION, Tuple.of(session)).map(rows -> {
            Row row = rows.iterator().next();
            return new OfSession(
                    total(row, ""), row.getLong("used"), row.getLong("largest"), row.getLong("context_max"));
        });
    }

    private static Total total(Row row, String key) {
        return new Total(
                key,
                row.getLong("calls"),
                row.getLong("input"),
                row.getLong("cached_input"),
                row.getLong("cache_write"),
                row.getLong("output"),
                row.getLong("reasoning"),
                row.getLong("estimated"),
                row.getLong("unpriced"),
                row.getBigDecimal("cost"));
    }
}
