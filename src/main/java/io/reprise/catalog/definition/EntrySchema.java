package io.reprise.catalog.definition;

import io.reprise.catalog.Kind;
import io.reprise.config.read.SettingKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema (2020-12) of the settings of an entry, recorded from what their reader asks for. {@code x-order} is the
 * order of the keys in a form.
 */
public final class EntrySchema {
    private EntrySchema() {}

    /** @param type settings that choose what other settings there are, such as the type of a provider */
    public static Map<String, Object> of(Kind kind, EntryReader reader, Map<String, Object> type) {
        Map<String, Object> root = object();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        int order = 0;
        for (SettingKey key : reader.keys(kind, type)) {
            put(root, key, HelpTexts.of(kind, key.path()), order++);
        }
        return root;
    }

    private static Map<String, Object> object() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        schema.put("properties", new LinkedHashMap<String, Object>());
        return schema;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> root, SettingKey key, String help, int order) {
        Map<String, Object> into = root;
        String[] names = key.path().split("\\.");
        for (int i = 0; i < names.length - 1; i++) {
            Map<String, Object> properties = (Map<String, Object>) into.get("properties");
            into = (Map<String, Object>) properties.computeIfAbsent(names[i], name -> object());
        }
        String name = names[names.length - 1];
        ((Map<String, Object>) into.get("properties")).put(name, property(key, help, order));
        if (key.required()) {
            ((List<String>) into.computeIfAbsent("required", none -> new ArrayList<String>())).add(name);
        }
    }

    private static Map<String, Object> property(SettingKey key, String help, int order) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (key.kind()) {
            case INTEGER -> schema.put("type", "integer");
            case NUMBER -> schema.put("type", "number");
            case BOOLEAN -> schema.put("type", "boolean");
            case TEXT -> schema.put("type", "string");
            case CHOICE -> {
                schema.put("type", "string");
                schema.put("enum", key.choices());
            }
            case OBJECT -> schema.put("type", "object");
            case LIST -> {
                schema.put("type", "array");
                schema.put("items", Map.of("type", "string"));
            }
        }
        if (key.min() != null) schema.put("minimum", key.min());
        if (key.max() != null) schema.put("maximum", key.max());
        if (key.standard() != null && !key.concealed()) schema.put("default", key.standard());
        if (key.concealed() && key.kind() == SettingKey.Kind.TEXT) schema.put("format", "secret-ref");
        schema.put("description", help);
        schema.put("x-expected", key.expected());
        schema.put("x-order", order);
        return schema;
    }
}
