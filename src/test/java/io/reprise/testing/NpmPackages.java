package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What tests need from npm, in the versions that {@code scripts/package-lock.json} pins. */
public final class NpmPackages {
    private static final Path FOLDER = Path.of("target", "npm").toAbsolutePath();
    private static final Path LOCK = Path.of("scripts", "package-lock.json");

    private NpmPackages() {}

    /** The folder that contains {@code node_modules}; they are installed by one process at a time, which others find finished. */
    public static Path folder() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel lock = FileChannel.open(
                    FOLDER.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                // Written at last, because an installation that was interrupted must be repeated.
                Path installed = FOLDER.resolve("installed.json");
                if (Files.exists(installed) && Files.mismatch(installed, LOCK) < 0) return FOLDER;
                for (String file : List.of("package.json", "package-lock.json")) {
                    Files.copy(Path.of("scripts", file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
                run(FOLDER, Programs.find("npm").toString(), "ci", "--no-audit", "--no-fund");
                Files.copy(LOCK, installed, StandardCopyOption.REPLACE_EXISTING);
                return FOLDER;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The main file or program of a package, such as {@code typescript/bin/tsc}. */
    public static Path file(String name) {
        return folder().resolve("node_modules").resolve(name);
    }

    /** Runs a command that must succeed, and returns its output. */
    public static String run(Path folder, String... words) {
        try {
            Process process = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s", output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
