package io.reprise.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes that can be filled. Only root can make one. */
public final class SmallDisk implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where none can be made. */
    public static SmallDisk mounted(Path folder, int megabytes) {
        String refused = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
        Assumptions.assumeTrue(refused.isEmpty(), "no small disk can be made here: " + refused);
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Until nothing more can be written to it. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(filler())) {
            byte[] block = new byte[BLOCK_BYTES];
            while (true) out.write(block);
        } catch (IOException full) {
            if (free() > BLOCK_BYTES) throw new UncheckedIOException(full);
        }
    }

    /** There is space again. */
    public void empty() {
        try {
            Files.delete(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long free() {
        return folder.toFile().getUsableSpace();
    }

    private Path filler() {
        return folder.resolve("postgresql").resolve("filler");
    }

    @Override
    public void close() {
        run("umount", "-l", folder.toString());
    }

    /** What it complained about; empty if it succeeded. */
    private static String run(String... words) {
        try {
            Process process =
                    new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : said.isBlank() ? words[0] + " failed" : said.strip();
        } catch (IOException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
