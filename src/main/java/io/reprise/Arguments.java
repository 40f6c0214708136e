package io.reprise;

import io.reprise.command.KeyCommand;
import io.reprise.command.local.LocalCluster;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The parsed arguments of the command line. */
sealed interface Arguments {
    /** The values that follow the options. */
    Map<String, String> WHAT = pairs(
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
            "--create-key",
            "a user",
            "--scope",
            "read, chat or admin",
            "--agents",
            "names of agents",
            "--days",
            "a number of days",
            "--per-minute",
            "a number of requests",
            "--per-day",
            "a number of requests",
            "--name",
            "a name",
            "--list-keys",
            "a user",
            "--revoke-key",
            "the id of a key",
            "--backup",
            "a file",
            "--restore",
            "a file",
            "--cluster",
            "a number of nodes");

    List<String> KEY_OPTIONS = List.of("--scope", "--agents", "--days", "--per-minute", "--per-day", "--name");

    record Serve(Optional<Path> config) implements Arguments {}

    /** @param nodes how many to start on this machine */
    record Cluster(Optional<Path> config, int nodes) implements Arguments {}

    record Check(Optional<Path> config) implements Arguments {}

    /** @param name empty for the default model */
    record CheckModel(Optional<Path> config, Optional<String> name) implements Arguments {}

    record Help() implements Arguments {}

    record Version() implements Arguments {}

    record Misused(String reason) implements Arguments {}

    record EraseUser(Optional<Path> config, String user) implements Arguments {}

    record CreateKey(Optional<Path> config, String user, KeyCommand.Options options) implements Arguments {}

    record ListKeys(Optional<Path> config, String user) implements Arguments {}

    record RevokeKey(Optional<Path> config, String key) implements Arguments {}

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
                default -> {
                    if (!WHAT.containsKey(name)) return new Misused("unknown argument " + name);
                    i++;
                    if (i == args.length || args[i].isBlank()) return new Misused(name + " needs " + WHAT.get(name));
                    given.put(name, args[i]);
                }
            }
        }
        return of(given);
    }

    private static Map<String, String> pairs(String... texts) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < texts.length; i += 2) pairs.put(texts[i], texts[i + 1]);
        return Map.copyOf(pairs);
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
        if (given.containsKey("--create-key")) {
            return new CreateKey(
                    config,
                    given.get("--create-key"),
                    new KeyCommand.Options(
                            given.get("--name"),
                            given.get("--scope"),
                            given.get("--agents"),
                            given.get("--days"),
                            given.get("--per-minute"),
                            given.get("--per-day")));
        }
        if (KEY_OPTIONS.stream().anyMatch(given::containsKey)) {
            return new Misused(String.join(", ", KEY_OPTIONS) + " go with --create-key");
        }
        if (given.containsKey("--list-keys")) return new ListKeys(config, given.get("--list-keys"));
        if (given.containsKey("--revoke-key")) return new RevokeKey(config, given.get("--revoke-key"));
        if (given.containsKey("--check-model")) {
            return new CheckModel(
                    config, Optional.of(given.get("--check-model")).filter(name -> !name.isBlank()));
        }
        if (given.containsKey("--erase-user")) return new EraseUser(config, given.get("--erase-user"));
        if (given.containsKey("--backup")) return file(given.get("--backup"), config, Backup::new);
        if (given.containsKey("--restore")) return file(given.get("--restore"), config, Restore::new);
        if (given.containsKey("--cluster")) return cluster(given.get("--cluster"), config);
        return given.containsKey("--check-config") ? new Check(config) : new Serve(config);
    }

    private static Arguments cluster(String text, Optional<Path> config) {
        int nodes = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
        return nodes < 2 || nodes > LocalCluster.NODES_MAX
                ? new Misused("--cluster needs a number of nodes from 2 to " + LocalCluster.NODES_MAX)
                : new Cluster(config, nodes);
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
