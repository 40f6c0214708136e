package io.reprise.store.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks a .txz: files with their executable bit, folders, symbolic links; never outside the target folder. */
final class TarXz {
    private static final int OWNER_EXECUTE = 0100;

    private TarXz() {}

    static void unpack(InputStream packed, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, inside(target, target.resolve(entry.getName())));
            }
        }
    }

    private static void unpack(InputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            linkBeside(path, entry.getLinkName());
        } else if (entry.isFile()) {
            Files.copy(tar, path);
            boolean executable = (entry.getMode() & OWNER_EXECUTE) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        } else {
            throw new IOException("unexpected entry in archive: " + entry.getName());
        }
    }

    /**
     * Creates a link. Only links within the same folder are allowed: through a link to another folder, a later entry
     * could write there.
     */
    private static void linkBeside(Path link, String linkTarget) throws IOException {
        if (linkTarget.contains("/") || linkTarget.equals("..")) {
            throw new IOException("link leaves its folder: " + link.getFileName() + " -> " + linkTarget);
        }
        Files.createSymbolicLink(link, Path.of(linkTarget));
    }

    private static Path inside(Path target, Path path) throws IOException {
        Path normal = path.normalize();
        if (!normal.startsWith(target)) {
            throw new IOException("entry leaves the folder: " + path);
        }
        return normal;
    }
}
