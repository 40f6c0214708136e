package io.reprise.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Programs of the machine that tests need. */
public final class Programs {
    private Programs() {}

    /** Whether there is this program, for tests that are no use without what others may leave out on purpose. */
    public static boolean has(String name) {
        return on(name).findAny().isPresent();
    }

    /**
     * The first of these names on the PATH; a missing program is a failure, because otherwise a machine without it
     * would test nothing.
     */
    public static Path find(String... names) {
        return Arrays.stream(names)
                .flatMap(Programs::on)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "This test needs " + String.join(" or ", names) + ", and none is on the PATH: install it."));
    }

    private static Stream<Path> on(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable);
    }
}
