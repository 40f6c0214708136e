package io.reprise.store.postgres;

import io.reprise.store.database.PgTimes;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A statement with any number of rows: each column is a parameter that is an array.
 *
 * @param sql with {@code %s} for the arrays
 */
public record ArrayInsert<T>(String sql, List<Column<T>> columns) {

    /**
     * @param type of its elements, in SQL
     * @param add adds the array to the values of a statement
     */
    record Column<T>(String type, BiConsumer<Tuple, List<T>> add) {
        private static <T, V> Column<T> of(
                String type, Function<T, V> field, IntFunction<V[]> array, BiConsumer<Tuple, V[]> add) {
            return new Column<>(
                    type,
                    (values, rows) ->
                            add.accept(values, rows.stream().map(field).toArray(array)));
        }

        static <T> Column<T> text(Function<T, String> field) {
            return of("text", field, String[]::new, Tuple::addArrayOfString);
        }

        static <T> Column<T> integer(Function<T, Integer> field) {
            return of("int", field, Integer[]::new, Tuple::addArrayOfInteger);
        }

        static <T> Column<T> bigint(Function<T, Long> field) {
            return of("bigint", field, Long[]::new, Tuple::addArrayOfLong);
        }

        static <T> Column<T> bool(Function<T, Boolean> field) {
            return of("boolean", field, Boolean[]::new, Tuple::addArrayOfBoolean);
        }

        /** A column of timestamps, from milliseconds or null. */
        static <T> Column<T> time(Function<T, Long> field) {
            return of(
                    "timestamptz",
                    field.andThen(PgTimes::toTimeOrNull),
                    OffsetDateTime[]::new,
                    Tuple::addArrayOfOffsetDateTime);
        }
    }

    /** The statement, with its parameters numbered from {@code first}. */
    String from(int first) {
        return sql.formatted(IntStream.range(0, columns.size())
                .mapToObj(i -> "$" + (first + i) + "::" + columns.get(i).type() + "[]")
                .collect(Collectors.joining(", ")));
    }

    /** Adds the parameter values of these rows. */
    void addTo(Tuple values, List<T> rows) {
        columns.forEach(column -> column.add().accept(values, rows));
    }
}
