package io.reprise.store.postgres;

import io.reprise.session.store.Change;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** How the changes of one kind are written: a part of the statement that an append is, with the values for it. */
sealed interface PgChange<C extends Change> {
    Class<C> kind();

    /** How many parameters its SQL has. */
    int parameters();

    /** Its SQL, with the parameters from {@code first} on. */
    String from(int first);

    /** Adds the values of its parameters for all changes of its kind that the append has, at least one. */
    void addTo(Tuple values, List<C> changes);

    /**
     * Assignments to columns of the session's row, separated by commas. An append has one such change at most.
     *
     * @param sql with one {@code %s} for each value
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

    /** A statement of its own within the statement: {@code head} has the session if the append may write. */
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
     * @param type in SQL
     * @param add adds it to the values of a statement
     */
    record Value<C>(String type, BiConsumer<Tuple, C> add) {
        static <C> Value<C> text(Function<C, String> field) {
            return new Value<>("text", (values, change) -> values.addString(field.apply(change)));
        }

        static <C> Value<C> integer(Function<C, Integer> field) {
            return new Value<>("int", (values, change) -> values.addInteger(field.apply(change)));
        }

        static <C> Value<C> bool(Function<C, Boolean> field) {
            return new Value<>("boolean", (values, change) -> values.addBoolean(field.apply(change)));
        }
    }
}
