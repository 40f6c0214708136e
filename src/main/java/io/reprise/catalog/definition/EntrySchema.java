package io.reprise.catalog.definition;

import io.reprise.catalog.Kind;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.TextForm;
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
        return of(kind, reader.keys(kind, type));
    }

    /** @param type of the provider of the model */
    public static Map<String, Object> ofModel(EntryReader reader, String type) {
        return of(Kind.MODEL, reader.modelKeys(type));
    }

    private static Map<String, Object> of(Kind kind, List<SettingKey> keys) {
        Map<String, Object> root = object();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        int order = 0;
        for (SettingKey key : keys) {
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

    private static void put(Map<String, Object> schema, TextForm form, String before, String after) {
        if (form == null) return;
        if (form.pattern() != null)
            schema.put("pattern", before + form.pattern().pattern() + after);
        if (form.charactersMax() != null) schema.put("maxLength", form.charactersMax());
    }

    private static Map<String, Object> property(SettingKey key, String help, int order) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (key.kind()) {
            case INTEGER -> schema.put("type", "integer");
            case NUMBER -> schema.put("type", "number");
            case BOOLEAN -> schema.put("type", "boolean");
            case TEXT -> {
                schema.put("type", "string");
                // The reader removes blanks around a text before it looks at it.
                put(schema, key.form(), "^\\s*(?:", ")\\s*$");
            }
            case CHOICE -> {
                schema.put("type", "string");
                schema.put("enum", key.choices());
            }
            case OBJECT -> schema.put("type", "object");
            case LIST -> {
                schema.put("type", "array");
                Map<String, Object> item = new LinkedHashMap<>();
                item.put("type", "string");
                put(item, key.form(), "^(?:", ")$");
                schema.put("items", item);
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
