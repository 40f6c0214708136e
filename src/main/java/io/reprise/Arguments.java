package io.reprise;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** What the command line asks for. */
sealed interface Arguments {
    record Serve(Optional<Path> config) implements Arguments {}

    record Check(Optional<Path> config) implements Arguments {}

    record Help() implements Arguments {}

    record Version() implements Arguments {}

    record Misused(String reason) implements Arguments {}

    static Arguments parse(String... args) {
        Optional<Path> config = Optional.empty();
        boolean check = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-h" -> {
                    return new Help();
                }
                case "--version" -> {
                    return new Version();
                }
                case "--check-config" -> check = true;
                case "--config" -> {
                    i++;
                    if (i == args.length || args[i].isBlank()) {
                        return new Misused("--config needs a file");
                    }
                    config = path(args[i]);
                    if (config.isEmpty()) {
                        return new Misused("not a path: " + args[i]);
                    }
                }
                default -> {
                    return new Misused("unknown argument " + args[i]);
                }
            }
        }
        return check ? new Check(config) : new Serve(config);
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
