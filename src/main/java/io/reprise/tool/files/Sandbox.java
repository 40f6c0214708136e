package io.reprise.tool.files;

import io.reprise.config.tool.ToolSettings;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import io.reprise.support.Texts;
import io.reprise.tool.ToolFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The folder whose files agents may read, and nothing outside of it: links are not followed, and paths with {@code ..} or from
 * the root are refused. Files and folders whose names begin with a dot do not exist for agents. Blocks.
 */
final class Sandbox {
    private static final int BINARY_LOOK_BYTES = 8_000;

    private final ToolSettings.Files limits;

    Sandbox(ToolSettings.Files limits) {
        this.limits = limits;
    }

    ToolSettings.Files limits() {
        return limits;
    }

    /** Receives a file; false ends the walk. */
    @FunctionalInterface
    interface Look {
        boolean at(Path relative, Path file);
    }

    /** Looks at the files below a folder, in the order of their names. Returns why it ended before the last one; empty if not. */
    Optional<String> walk(String folder, StopSignal stop, Look look) {
        Path root = root();
        Path begin = folder == null || folder.isBlank() ? root : inside(root, folder);
        if (!Files.isDirectory(begin, LinkOption.NOFOLLOW_LINKS)) throw new ToolFailure("There is no such folder.");
        Walk walk = new Walk(root, stop, look);
        try {
            Files.walkFileTree(begin, walk);
        } catch (IOException e) {
            throw new ToolFailure("The folder cannot be read.", e);
        }
        return Optional.ofNullable(walk.why);
    }

    /** A file by its path below the folder. */
    Path file(String path) {
        Path root = root();
        Path file = inside(root, path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) throw new ToolFailure("There is no such file.");
        return file;
    }

    /** Empty if it is not a text. */
    Optional<String> text(Path file) {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(limits.fileBytesMax());
            for (int i = 0; i < Math.min(bytes.length, BINARY_LOOK_BYTES); i++)
                if (bytes[i] == 0) return Optional.empty();
            return Optional.of(Texts.wellFormed(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Path root() {
        try {
            return Path.of(limits.folder()).toRealPath();
        } catch (IOException | InvalidPathException e) {
            throw new ToolFailure("The folder with the files cannot be read.", e);
        }
    }

    private static Path inside(Path root, String path) {
        ToolFailure outside = new ToolFailure("The path must lead to something below the folder, without links.");
        try {
            Path relative = Path.of(path.strip());
            if (relative.isAbsolute()) throw outside;
            for (Path part : relative) {
                boolean hidden =
                        part.toString().startsWith(".") && !part.toString().equals(".");
                if (hidden) throw outside;
            }
            Path wanted = root.resolve(relative).normalize();
            if (!wanted.startsWith(root)) throw outside;
            // A link anywhere on the way would lead to another real path.
            if (!wanted.toRealPath().equals(wanted)) throw outside;
            return wanted;
        } catch (InvalidPathException | IOException e) {
            throw new ToolFailure("There is nothing with this path.", e);
        }
    }

    private final class Walk extends SimpleFileVisitor<Path> implements FileVisitor<Path> {
        private final Path root;
        private final StopSignal stop;
        private final Look look;
        private final Stopwatch watch = Stopwatch.started();
        private int scanned;
        private String why;

        Walk(Path root, StopSignal stop, Look look) {
            this.root = root;
            this.stop = stop;
            this.look = look;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is) {
            return !folder.equals(root) && hidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
            stop.throwIfStopped();
            if (!is.isRegularFile() || hidden(file)) return FileVisitResult.CONTINUE;
            if (scanned++ >= limits.scannedMax()) return end("after " + limits.scannedMax() + " files");
            if (watch.ms() > limits.timeMs()) return end("after " + limits.timeMs() + " ms");
            return look.at(root.relativize(file), file)
                    ? FileVisitResult.CONTINUE
                    : end("after " + limits.matchesMax() + " results");
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException cause) {
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult end(String reason) {
            why = reason;
            return FileVisitResult.TERMINATE;
        }

        private static boolean hidden(Path path) {
            return path.getFileName().toString().startsWith(".");
        }
    }
}
