package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.Definition.Reference;
import java.util.List;

/** The settings of a type of middleware, each type with its own record. */
public interface MiddlewareSettings {
    /** Entries that must exist, by the keys that name them. */
    default List<Reference> references() {
        return List.of();
    }

    /** The references of a key that names models; empty names are left out. */
    static List<Reference> models(String key, List<String> names) {
        return names.stream()
                .filter(name -> !name.isEmpty())
                .map(name -> new Reference(key, new EntryKey(Kind.MODEL, name)))
                .toList();
    }
}
