package io.reprise.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Versions of Node for which the JavaScript client is made: those of the machine, and those that npm has for it. */
public final class NodeVersions {
    private static final NpmFolder FOLDER = NpmFolder.of("scripts/node", "npm-node", "--ignore-scripts");

    private NodeVersions() {}

    /** The program of this major version; empty where there is none. */
    public static Optional<Path> find(int major) {
        if (!Programs.has("node")) return Optional.empty();
        Path own = Programs.find("node");
        if (version(own).startsWith("v" + major + ".")) return Optional.of(own);
        return FOLDER.ifThereIsOne()
                .map(folder -> folder.resolve("node_modules/node-" + major + "/bin/node"))
                .filter(Files::isExecutable);
    }

    private static String version(Path node) {
        return NpmPackages.run(Path.of("").toAbsolutePath(), node.toString(), "--version");
    }
}
