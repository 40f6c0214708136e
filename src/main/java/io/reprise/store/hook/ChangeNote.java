package io.reprise.store.hook;

import io.reprise.message.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the audit log tells of a change: names of what was changed, and values only where they are no texts of people. */
final class ChangeNote {
    private final List<String> changed = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** @param value is not told; null if it is not changed */
    ChangeNote named(String name, Object value) {
        if (value != null) changed.add(name);
        return this;
    }

    /** @param value null if it is not changed */
    ChangeNote shown(String name, Object value) {
        return named(name, value).with(name, value);
    }

    /** @param value null if it is unknown */
    ChangeNote with(String name, Object value) {
        if (value != null) values.put(name, value);
        return this;
    }

    /** JSON of an object. */
    String text() {
        Map<String, Object> all = new LinkedHashMap<>();
        if (!changed.isEmpty()) all.put("changed", changed);
        all.putAll(values);
        return Json.text(all);
    }
}
