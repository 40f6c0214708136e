package io.reprise.store.embedded;

import io.reprise.store.database.StoreStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs initdb, pg_ctl and postgres in the way that works for this user on this system. */
final class PostgresPrograms {
    private static final Duration QUICK = Duration.ofSeconds(10);
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private final Path home;
    private final Path workingFolder;
    private final List<String> prefix;
    private final int majorVersion;

    private PostgresPrograms(Path home, Path workingFolder, List<String> prefix, int majorVersion) {
        this.home = home;
        this.workingFolder = workingFolder;
        this.prefix = prefix;
        this.majorVersion = majorVersion;
    }

    static PostgresPrograms in(Path home, Path workingFolder) {
        return new PostgresPrograms(home, workingFolder, prefix(workingFolder), majorVersion(home, workingFolder));
    }

    Path home() {
        return home;
    }

    int majorVersion() {
        return majorVersion;
    }

    String path(String program) {
        return path(home, program);
    }

    Program.Result run(Duration limit, String program, List<String> arguments) {
        return run(limit, program, arguments, "");
    }

    /** Runs a program as {@link Program#runUntilFound} does. */
    Program.Result runUntilFound(Duration limit, BooleanSupplier found, String program, List<String> arguments) {
        return Program.runUntilFound(workingFolder, limit, found, words(program, arguments));
    }

    Program.Result run(Duration limit, String program, List<String> arguments, String input) {
        return Program.run(workingFolder, limit, words(program, arguments), input);
    }

    /** The words of a command. */
    List<String> words(String program, List<String> arguments) {
        List<String> words = new ArrayList<>(prefix);
        words.add(path(program));
        words.addAll(arguments);
        return words;
    }

    /**
     * Words before each command. As root, commands run in a user namespace of their own, because PostgreSQL refuses to
     * run as root: there it sees itself as nobody, while its files and signals still belong to root outside.
     */
    private static List<String> prefix(Path workingFolder) {
        if (!Program.run(workingFolder, QUICK, List.of("id", "-u"))
                .output()
                .strip()
                .equals("0")) {
            return List.of();
        }
        Program.Result unshare = Program.run(workingFolder, QUICK, List.of("unshare", "-U", "true"));
        if (!unshare.succeeded()) {
            throw new StoreStartException("PostgreSQL cannot be started by root here (" + unshare.lastLine()
                    + "): run Reprise as an ordinary user or set database.url");
        }
        return List.of("unshare", "-U");
    }

    private static int majorVersion(Path home, Path workingFolder) {
        Program.Result version = Program.run(workingFolder, QUICK, List.of(path(home, "postgres"), "--version"));
        Matcher matcher = VERSION.matcher(version.output());
        if (!version.succeeded() || !matcher.find()) {
            throw new StoreStartException("the PostgreSQL of this build does not run here (" + version.lastLine()
                    + "): set database.url to a PostgreSQL >= 14");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static String path(Path home, String program) {
        return home.resolve("bin").resolve(program).toString();
    }
}
