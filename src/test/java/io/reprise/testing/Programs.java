package io.reprise.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Programs of the machine that tests need. */
public final class Programs {
    private Programs() {}

    /**
     * The first of these names on the PATH; a missing program is a failure, because otherwise a machine without it
     * would test nothing.
     */
    public static Path find(String... names) {
        List<String> folders =
                Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return Arrays.stream(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "This test needs " + String.join(" or ", names) + ", and none is on the PATH: install it."));
    }
}
