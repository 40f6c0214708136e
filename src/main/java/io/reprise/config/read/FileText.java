package io.reprise.config.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The content of a settings file at one moment. Two of the same content are equal, whatever the times of the files are.
 *
 * @param name the path as it is shown
 * @param text empty if the file could not be read
 * @param fault why it could not be read; null if it could
 */
public record FileText(String name, String text, String fault) {
    private static final int BYTES_MAX = 1_048_576;

    public static FileText of(String name, String text) {
        return new FileText(name, text, null);
    }

    /** Reads the file. Blocks. */
    public static FileText read(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                return new FileText(file.toString(), "", "is longer than " + BYTES_MAX + " bytes");
            }
            return of(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            return new FileText(file.toString(), "", "does not exist");
        } catch (IOException e) {
            return new FileText(file.toString(), "", "cannot be read as UTF-8 text");
        }
    }
}
