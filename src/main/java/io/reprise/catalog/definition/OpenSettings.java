package io.reprise.catalog.definition;

import io.reprise.catalog.Kind;
import io.reprise.config.read.SettingKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of an entry without values that may contain secrets.
 *
 * @param body only keys that are known, because the value of an unknown one could be anything
 * @param concealed paths of the keys that were left out
 */
public record OpenSettings(Map<String, Object> body, List<String> concealed) {
    public OpenSettings {
        concealed = List.copyOf(concealed);
    }

    /** What anybody may see who may see the entry. */
    public static OpenSettings of(Kind kind, Map<String, Object> body, EntryReader reader) {
        Map<String, Object> open = new LinkedHashMap<>();
        List<String> concealed = new ArrayList<>();
        for (SettingKey key : reader.keys(kind, body)) {
            BodyTypes.value(body, key.path()).ifPresent(value -> {
                if (key.concealed()) concealed.add(key.path());
                else EntryReader.put(open, key.path(), value);
            });
        }
        return new OpenSettings(open, concealed);
    }
}
