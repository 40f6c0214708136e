package io.reprise.session.store;

import io.reprise.message.log.LogRow;
import java.util.List;
import java.util.Optional;

/**
 * The next rows of a session's log with all changes that commit together with them.
 *
 * @param version the session's version before the append, which increases it by one
 * @param head seq of the last row, or the previous head if there are no rows
 * @param changes in the order in which they were made
 */
public record Append(String session, long owner, long version, long head, List<LogRow> rows, List<Change> changes) {
    public Append {
        rows = List.copyOf(rows);
        changes = List.copyOf(changes);
    }

    /** The changes of one kind, in order. */
    public <C extends Change> List<C> changes(Class<C> kind) {
        return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The change of a kind of which an append has at most one. */
    public <C extends Change> Optional<C> change(Class<C> kind) {
        return changes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /** Whether the append consists only of rows, as the many appends of a growing text do. */
    public boolean isRowsOnly() {
        return changes.isEmpty();
    }
}
