package io.reprise.tool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools that a run may use; immutable. */
public final class ToolRegistry implements ToolSource {
    private final Map<String, Tool> byName = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if two tools have the same name */
    public ToolRegistry(Collection<? extends Tool> tools) {
        for (Tool tool : tools) {
            if (byName.put(tool.name(), tool) != null) {
                throw new IllegalArgumentException("two tools are called " + tool.name());
            }
        }
    }

    @Override
    public ToolRegistry now() {
        return this;
    }

    /** The tool with this name, or the one that stands for it. */
    public Optional<Tool> find(String name) {
        Tool exact = byName.get(name);
        if (exact != null) return Optional.of(exact);
        return byName.values().stream().filter(tool -> tool.standsFor(name)).findFirst();
    }

    /** All tools, in the order in which they were given. */
    public List<Tool> all() {
        return new ArrayList<>(byName.values());
    }
}
