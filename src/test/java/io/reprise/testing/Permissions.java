package io.reprise.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Root may read every file. Tests of files that may not be read need programs without that right. */
public final class Permissions {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private Permissions() {}

    /** A prefix of a command, so that the program may only do what permissions allow; empty for tests of other users. */
    public static List<String> heeded() {
        if (!"root".equals(System.getProperty("user.name"))) return List.of();
        Assumptions.assumeTrue(Files.isExecutable(SETPRIV), "as root, this test needs setpriv of util-linux");
        return List.of(SETPRIV.toString(), "--bounding-set=-dac_override,-dac_read_search");
    }

    /** Nobody may use the file or folder. */
    public static void take(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    }

    /** Its owner may use the file or folder. */
    public static void give(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
}
