package io.reprise.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A key of stored secrets for servers of tests, whose databases are not private. */
public final class SecretKeyFile {
    static final String KEY = "a-key-of-tests-with-more-than-thirty-two-bytes";
    private static final String REFERENCE = "file:" + made();

    private SecretKeyFile() {}

    /** For {@code secrets.key}. */
    public static String reference() {
        return REFERENCE;
    }

    private static Path made() {
        try {
            Path file = Files.createTempFile("secrets", ".key");
            file.toFile().deleteOnExit();
            return Files.writeString(file, KEY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
