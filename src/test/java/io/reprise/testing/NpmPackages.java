package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What tests need from npm, in the versions that {@code scripts/package-lock.json} pins. */
public final class NpmPackages {
    private static final NpmFolder FOLDER = NpmFolder.of("scripts", "npm");

    private NpmPackages() {}

    /** The folder that contains {@code node_modules}; they are installed by one process at a time, which others find finished. */
    public static Path folder() {
        return FOLDER.installed();
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
