package io.reprise.config.read;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node of the settings file with its line number, which Jackson's own tree does not keep. */
public sealed interface YamlNode {
    int line();

    /** The node as a Map, List, String, Number or Boolean; null for a key without a value. */
    Object plain();

    /** A key without a value. It stands for the default, but the key must be known. */
    record Nothing(int line) implements YamlNode {
        @Override
        public Object plain() {
            return null;
        }
    }

    /** @param plain a Number or Boolean if the file has one, otherwise the text */
    record Scalar(String text, Object plain, int line) implements YamlNode {
        public Scalar(String text, int line) {
            this(text, text, line);
        }
    }

    record Items(List<YamlNode> nodes, int line) implements YamlNode {
        public Items {
            nodes = List.copyOf(nodes);
        }

        /** The items as texts; empty if one of them is a list or a section. */
        Optional<List<String>> texts() {
            return nodes.stream().allMatch(Scalar.class::isInstance)
                    ? Optional.of(nodes.stream()
                            .map(Scalar.class::cast)
                            .map(Scalar::text)
                            .toList())
                    : Optional.empty();
        }

        @Override
        public Object plain() {
            List<Object> items = new ArrayList<>();
            nodes.forEach(node -> items.add(node.plain()));
            return Collections.unmodifiableList(items);
        }
    }

    /** A section, in the order of the file. */
    record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        static Mapping empty() {
            return new Mapping(Map.of(), 1);
        }

        @Override
        public Map<String, Object> plain() {
            Map<String, Object> members = new LinkedHashMap<>();
            entries.forEach((name, node) -> members.put(name, node.plain()));
            return Collections.unmodifiableMap(members);
        }
    }
}
