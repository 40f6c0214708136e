package io.reprise.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packages of npm in the versions that a lock file pins, installed below {@code target}.
 *
 * @param sources the folder with {@code package.json} and {@code package-lock.json}
 * @param target where {@code node_modules} is made
 * @param options of {@code npm ci}
 */
record NpmFolder(Path sources, Path target, List<String> options) {
    static NpmFolder of(String sources, String target, String... options) {
        return new NpmFolder(Path.of(sources), Path.of("target", target).toAbsolutePath(), List.of(options));
    }

    /** The folder that contains {@code node_modules}; they are installed by one process at a time, which others find finished. */
    Path installed() {
        try {
            Files.createDirectories(target);
            try (FileChannel lock = FileChannel.open(
                    target.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                // Written at last, because an installation that was interrupted must be repeated.
                Path installed = target.resolve("installed.json");
                Path pins = sources.resolve("package-lock.json");
                if (Files.exists(installed) && Files.mismatch(installed, pins) < 0) return target;
                for (String file : List.of("package.json", "package-lock.json")) {
                    Files.copy(sources.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
                install();
                Files.copy(pins, installed, StandardCopyOption.REPLACE_EXISTING);
                return target;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #installed}; empty where npm is missing or cannot get them, for tests that are an addition to others. */
    Optional<Path> ifThereIsOne() {
        if (!Programs.has("npm") || !Programs.has("node")) return Optional.empty();
        try {
            return Optional.of(installed());
        } catch (AssertionError e) {
            System.err.println(sources + " is not installed: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void install() throws IOException {
        List<String> words = new ArrayList<>(List.of(Programs.find("npm").toString(), "ci", "--no-audit", "--no-fund"));
        words.addAll(options);
        Process npm = new ProcessBuilder(words)
                .directory(target.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (npm.waitFor() != 0) throw new AssertionError(output);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
