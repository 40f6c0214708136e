package io.reprise.config.read;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the file says, with lines: Jackson's own tree forgets them, and a problem without its line is a search. */
public sealed interface YamlNode {
    int line();

    /** A key without a value: it stands for the default, but the key must still be a known one. */
    record Nothing(int line) implements YamlNode {}

    record Scalar(String text, int line) implements YamlNode {}

    record Items(List<String> texts, int line) implements YamlNode {
        public Items {
            texts = List.copyOf(texts);
        }
    }

    /** A section; in the order of the file. */
    record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        static Mapping empty() {
            return new Mapping(Map.of(), 1);
        }
    }
}
