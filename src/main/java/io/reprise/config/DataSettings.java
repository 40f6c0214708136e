package io.reprise.config;

import io.reprise.config.read.Section;
import java.nio.file.Path;

/** Where the server keeps what it writes itself. */
public record DataSettings(Path dir) {
    static DataSettings read(Section section) {
        return new DataSettings(section.path("dir", "data"));
    }
}
