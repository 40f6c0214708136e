package io.reprise.catalog.definition;

import io.reprise.config.read.YamlNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of an entry as the nodes that settings are read from. */
final class BodyNodes {
    private static final int LINE = 1;

    private BodyNodes() {}

    static YamlNode.Mapping of(Map<?, ?> body) {
        Map<String, YamlNode> nodes = new LinkedHashMap<>();
        body.forEach((key, value) -> nodes.put(String.valueOf(key), node(value)));
        return new YamlNode.Mapping(nodes, LINE);
    }

    private static YamlNode node(Object value) {
        return switch (value) {
            case null -> new YamlNode.Nothing(LINE);
            case Map<?, ?> mapping -> of(mapping);
            case List<?> list ->
                new YamlNode.Items(list.stream().map(BodyNodes::node).toList(), LINE);
            case Double number
            when Double.isFinite(number) ->
                new YamlNode.Scalar(BigDecimal.valueOf(number).toPlainString(), number, LINE);
            default -> new YamlNode.Scalar(String.valueOf(value), value, LINE);
        };
    }
}
