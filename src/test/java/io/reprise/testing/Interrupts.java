package io.reprise.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * SIGINT is ignored by programs that a shell starts in the background, by their children, and by a virtual machine
 * that finds it ignored. Tests of Ctrl-C need programs that do not ignore it.
 */
public final class Interrupts {
    private static final int SIGINT = 2;

    private Interrupts() {}

    /** A prefix of a command, so that the program reacts to SIGINT even if the tests do not; often empty. */
    public static List<String> heeded() {
        return areIgnored() ? List.of("env", "--default-signal=INT") : List.of();
    }

    private static boolean areIgnored() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            return status.filter(line -> line.startsWith("SigIgn:"))
                    .map(line ->
                            new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
                    .anyMatch(ignored -> ignored.testBit(SIGINT - 1));
        } catch (IOException notLinux) {
            return false;
        }
    }
}
