package io.reprise.reload;

import io.reprise.message.Failure;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Port: the values that administrators have set. */
public interface SettingsStore {
    /**
     * A value.
     *
     * @param value as in an environment variable
     * @param by who has set it
     */
    record Stored(String key, String value, String by, long atMs) {}

    /**
     * A change of values.
     *
     * @param values new values by key; an empty one removes the value
     */
    record Change(Map<String, Optional<String>> values) {
        public Change {
            values = Map.copyOf(values);
        }

        /** The values after this change. */
        public Map<String, String> of(Map<String, String> before) {
            Map<String, String> after = new HashMap<>(before);
            values.forEach(
                    (key, value) -> value.ifPresentOrElse(text -> after.put(key, text), () -> after.remove(key)));
            return after;
        }
    }

    Future<List<Stored>> list();

    /**
     * Changes values, with an entry in the audit log for each. Changes of all nodes happen one after the other.
     *
     * @param check decides with all values as they would be afterwards; a failure prevents the change
     * @return the failure, or empty
     */
    Future<Optional<Failure>> change(
            Change change, String user, Function<Map<String, String>, Optional<Failure>> check);
}
