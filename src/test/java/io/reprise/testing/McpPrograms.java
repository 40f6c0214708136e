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

/** MCP servers from npm, in the versions that {@code scripts/mcp/package-lock.json} pins. */
public final class McpPrograms {
    private static final Path FOLDER = Path.of("target", "npm-mcp").toAbsolutePath();

    private McpPrograms() {}

    /** Where they are installed. By one process at a time; another one finds it finished. */
    public static Path folder() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel lock = FileChannel.open(
                    FOLDER.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                if (!Files.exists(FOLDER.resolve("node_modules").resolve(".package-lock.json"))) install();
            }
            return FOLDER;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void install() throws IOException, InterruptedException {
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(Path.of("scripts", "mcp", file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Process npm = new ProcessBuilder(Programs.find("npm").toString(), "ci", "--no-audit", "--no-fund")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(npm.waitFor()).as("%s", output).isZero();
    }
}
