package io.reprise.store.postgres;

import io.reprise.session.store.Change;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Writes the changes of one kind: a part of the append's statement, and its parameter values. */
sealed interface PgChange<C extends Change> {
    Class<C> kind();

    /** Number of parameters of its SQL. */
    int parameters();

    /** Its SQL, with the parameters numbered from {@code first}. */
    String from(int first);

    /** Adds the parameter values for all changes of this kind in the append; there is at least one. */
    void addTo(Tuple values, List<C> changes);

    /**
     * Assigns columns of the session's row. An append has at most one change of this kind.
     *
     * @param sql the assignments, separated by commas, with one {@code %s} for each value
     */
    record OfSession<C extends Change>(Class<C> kind, String sql, List<Value<C>> fields) implements PgChange<C> {
        @Override
        public int parameters() {
            return fields.size();
        }

        @Override
        public String from(int first) {
            return sql.formatted(IntStream.range(0, fields.size())
                    .mapToObj(i -> "$" + (first + i) + "::" + fields.get(i).type())
                    .toArray());
        }

        @Override
        public void addTo(Tuple values, List<C> changes) {
            C change = changes.getLast();
            fields.forEach(field -> field.add().accept(values, change));
        }
    }

    /**
     * A subquery of the append's statement that changes another table. The subquery {@code head} contains the session
     * only if the append may write.
     */
    record OfTable<C extends Change, T>(Class<C> kind, Function<C, T> row, ArrayInsert<T> statement)
            implements PgChange<C> {
        @Override
        public int parameters() {
            return statement.columns().size();
        }

        @Override
        public String from(int first) {
            return statement.from(first);
        }

        @Override
        public void addTo(Tuple values, List<C> changes) {
            statement.addTo(values, changes.stream().map(row).toList());
        }
    }

    /**
     * @param type SQL type of the value
     * @param add adds the value to the parameters of a statement
     */
    record Value<C>(String type, BiConsumer<Tuple, C> add) {
        static <C> Value<C> text(Function<C, String> field) {
            return new Value<>("text", (values, change) -> values.addString(field.apply(change)));
        }

        static <C> Value<C> integer(Function<C, Integer> field) {
            return new Value<>("int", (values, change) -> values.addInteger(field.apply(change)));
        }

        static <C> Value<C> bigint(Function<C, Long> field) {
            return new Value<>("bigint", (values, change) -> values.addLong(field.apply(change)));
        }

        static <C> Value<C> bigints(Function<C, List<Long>> field) {
            return new Value<>(
                    "bigint[]",
                    (values, change) ->
                            values.addArrayOfLong(field.apply(change).toArray(Long[]::new)));
        }

        static <C> Value<C> bool(Function<C, Boolean> field) {
            return new Value<>("boolean", (values, change) -> values.addBoolean(field.apply(change)));
        }
    }
}
