package io.reprise;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The parsed arguments of the command line. */
sealed interface Arguments {
    /** The values that follow the options. */
    Map<String, String> WHAT = Map.of(
            "--config",
            "a file",
            "--token",
            "a user",
            "--roles",
            "roles",
            "--hours",
            "a number of hours",
            "--erase-user",
            "a user",
            "--backup",
            "a file",
            "--restore",
            "a file");

    record Serve(Optional<Path> config) implements Arguments {}

    record Check(Optional<Path> config) implements Arguments {}

    /** @param name empty for the default model */
    record CheckModel(Optional<Path> config, Optional<String> name) implements Arguments {}

    record Help() implements Arguments {}

    record Version() implements Arguments {}

    record Misused(String reason) implements Arguments {}

    record EraseUser(Optional<Path> config, String user) implements Arguments {}

    record Backup(Optional<Path> config, Path file) implements Arguments {}

    record Restore(Optional<Path> config, Path file) implements Arguments {}

    /**
     * @param roles as they were written
     * @param hours as they were written
     */
    record Token(Optional<Path> config, String user, Optional<String> roles, Optional<String> hours)
            implements Arguments {}

    static Arguments parse(String... args) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            switch (name) {
                case "--help", "-h" -> {
                    return new Help();
                }
                case "--version" -> {
                    return new Version();
                }
                case "--check-config" -> given.put(name, "");
                case "--check-model" -> {
                    boolean named = i + 1 < args.length && !args[i + 1].startsWith("--");
                    given.put(name, named ? args[++i] : "");
                }
                case "--config", "--token", "--roles", "--hours", "--erase-user", "--backup", "--restore" -> {
                    i++;
                    if (i == args.length || args[i].isBlank()) return new Misused(name + " needs " + WHAT.get(name));
                    given.put(name, args[i]);
                }
                default -> {
                    return new Misused("unknown argument " + name);
                }
            }
        }
        return of(given);
    }

    private static Arguments of(Map<String, String> given) {
        Optional<Path> config = Optional.empty();
        if (given.containsKey("--config")) {
            config = path(given.get("--config"));
            if (config.isEmpty()) return new Misused("not a path: " + given.get("--config"));
        }
        Optional<String> roles = Optional.ofNullable(given.get("--roles"));
        Optional<String> hours = Optional.ofNullable(given.get("--hours"));
        if (given.containsKey("--token")) return new Token(config, given.get("--token"), roles, hours);
        if (roles.isPresent() || hours.isPresent()) return new Misused("--roles and --hours go with --token");
        if (given.containsKey("--check-model")) {
            return new CheckModel(
                    config, Optional.of(given.get("--check-model")).filter(name -> !name.isBlank()));
        }
        if (given.containsKey("--erase-user")) return new EraseUser(config, given.get("--erase-user"));
        if (given.containsKey("--backup")) return file(given.get("--backup"), config, Backup::new);
        if (given.containsKey("--restore")) return file(given.get("--restore"), config, Restore::new);
        return given.containsKey("--check-config") ? new Check(config) : new Serve(config);
    }

    private static Arguments file(
            String text, Optional<Path> config, BiFunction<Optional<Path>, Path, Arguments> command) {
        return path(text).map(file -> command.apply(config, file)).orElseGet(() -> new Misused("not a path: " + text));
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
