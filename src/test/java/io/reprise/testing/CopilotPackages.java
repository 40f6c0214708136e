package io.reprise.testing;

import java.nio.file.Path;
import java.util.Optional;

/** CopilotKit's runtime with the client of AG-UI that it brings, as {@code scripts/copilotkit/package-lock.json} pins them. */
public final class CopilotPackages {
    // Programs that packages bring are not run, and other frameworks that it can work with are not fetched.
    private static final NpmFolder FOLDER =
            NpmFolder.of("scripts/copilotkit", "npm-copilotkit", "--legacy-peer-deps", "--ignore-scripts");

    private CopilotPackages() {}

    /** The folder that contains {@code node_modules}; empty where they cannot be installed. */
    public static Optional<Path> folder() {
        return FOLDER.ifThereIsOne();
    }
}
