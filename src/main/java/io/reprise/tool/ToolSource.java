package io.reprise.tool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Port: tools that exist at the moment. A run asks once, at its start, and keeps what it got. Thread-safe. */
@FunctionalInterface
public interface ToolSource {
    /** Does not block. */
    ToolRegistry now();

    /** The tools of several sources. If two have the same name, that of the earlier source is used. */
    static ToolSource all(List<ToolSource> sources) {
        List<ToolSource> ordered = List.copyOf(sources);
        return () -> {
            Map<String, Tool> byName = new LinkedHashMap<>();
            for (ToolSource source : ordered) {
                source.now().all().forEach(tool -> byName.putIfAbsent(tool.name(), tool));
            }
            return new ToolRegistry(byName.values());
        };
    }
}
