package io.reprise.config.storage;

import io.reprise.config.read.Section;
import java.nio.file.Path;

/** The folder for files written by the server. */
public record DataSettings(Path dir) {
    public static DataSettings read(Section section) {
        return new DataSettings(section.path("dir", "data"));
    }
}
