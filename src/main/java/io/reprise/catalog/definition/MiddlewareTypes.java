package io.reprise.catalog.definition;

import io.reprise.config.read.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The types of middleware, each with the reader of its settings. */
public final class MiddlewareTypes {
    public static final MiddlewareTypes NONE = new MiddlewareTypes(Map.of());

    private static final int PRIORITY_STANDARD = 50;
    private static final MiddlewareSettings NO_SETTINGS = new MiddlewareSettings() {};

    private final Map<String, Type> types;

    /**
     * A type.
     *
     * @param priority the default of its entries, from 1 to 100
     * @param reader asks for all keys of the type, whatever their values are
     */
    public record Type(int priority, Function<Section, ? extends MiddlewareSettings> reader) {}

    public MiddlewareTypes(Map<String, Type> types) {
        this.types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    public List<String> names() {
        return List.copyOf(types.keySet());
    }

    MiddlewareDefinition read(Section section) {
        String name = section.word("type", "", names());
        boolean active = section.bool("active", true);
        boolean critical = section.bool("critical", false);
        Type type = types.getOrDefault(name, new Type(PRIORITY_STANDARD, none -> NO_SETTINGS));
        int priority = section.integer("priority", type.priority(), 1, 100);
        if (name.isEmpty()) section.missing("type", "one of " + String.join(", ", names()));
        return new MiddlewareDefinition(
                name, active, critical, priority, type.reader().apply(section));
    }
}
