package io.reprise.session.store;

import io.reprise.message.log.LogRow;
import java.util.List;
import java.util.Optional;

/**
 * The next piece of a session's log with all that commits beside it.
 *
 * @param version the session's version before; it is one higher afterwards
 * @param head the seq of the last row, or the head before when there are no rows
 * @param changes in the order in which they were made
 */
public record Append(String session, long owner, long version, long head, List<LogRow> rows, List<Change> changes) {
    public Append {
        rows = List.copyOf(rows);
        changes = List.copyOf(changes);
    }

    /** The changes of one kind, in their order. */
    public <C extends Change> List<C> changes(Class<C> kind) {
        return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The change of a kind of which an append has one at most. */
    public <C extends Change> Optional<C> change(Class<C> kind) {
        return changes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /** Whether nothing commits beside the rows: so it is with the many pieces of a running text. */
    public boolean isRowsOnly() {
        return changes.isEmpty();
    }
}
