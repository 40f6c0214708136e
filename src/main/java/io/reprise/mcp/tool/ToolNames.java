package io.reprise.mcp.tool;

import io.reprise.support.Digest;
import java.util.HashSet;
import java.util.Set;

/**
 * Names for tools of several servers: {@code prefix_tool}, with what all providers accept. A name that had to be changed gets
 * a part of a hash of server and tool, so that it never meets another one and is the same each time. One instance gives each
 * name once. Ask in a stable order.
 */
public final class ToolNames {
    private static final int CHARS_MAX = 64;
    private static final int HASH_CHARS = 8;

    private final Set<String> taken;

    /** @param taken names of other tools */
    public ToolNames(Set<String> taken) {
        this.taken = new HashSet<>(taken);
    }

    /** What names of tools of this server begin with, unless they had to be changed. */
    static String beginning(String server, String prefix) {
        return (prefix.isEmpty() ? server.replace('.', '_') : prefix) + "_";
    }

    /**
     * A name for the tool.
     *
     * @param prefix empty for the name of the server
     */
    public String of(String server, String prefix, String tool) {
        String wanted = beginning(server, prefix) + tool;
        String fit = wanted.replaceAll("[^A-Za-z0-9_-]", "_");
        if (fit.equals(wanted) && fit.length() <= CHARS_MAX && taken.add(fit)) return fit;
        String beginning = fit.substring(0, Math.min(fit.length(), CHARS_MAX - HASH_CHARS - 1));
        for (int attempt = 0; ; attempt++) {
            String hash = Digest.of(server, tool, Integer.toString(attempt)).substring(0, HASH_CHARS);
            String name = beginning + "_" + hash;
            if (taken.add(name)) return name;
        }
    }
}
