package io.reprise.testing;

import java.nio.file.Path;

/** MCP servers from npm, in the versions that {@code scripts/mcp/package-lock.json} pins. */
public final class McpPrograms {
    private static final NpmFolder FOLDER = NpmFolder.of("scripts/mcp", "npm-mcp");

    private McpPrograms() {}

    /** Where they are installed. By one process at a time; another one finds it finished. */
    public static Path folder() {
        return FOLDER.installed();
    }
}
