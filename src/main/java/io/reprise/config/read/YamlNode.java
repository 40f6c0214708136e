package io.reprise.config.read;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node of the settings file with its line number, which Jackson's own tree does not keep. */
public sealed interface YamlNode {
    int line();

    /** A key without a value. It stands for the default, but the key must be known. */
    record Nothing(int line) implements YamlNode {}

    record Scalar(String text, int line) implements YamlNode {}

    record Items(List<String> texts, int line) implements YamlNode {
        public Items {
            texts = List.copyOf(texts);
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
    }
}
