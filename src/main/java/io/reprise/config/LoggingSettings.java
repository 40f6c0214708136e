package io.reprise.config;

import io.reprise.config.read.Section;

/** Settings of the process's log output. */
public record LoggingSettings(Format format, Level level) {
    /** The format of a line; {@code AUTO} is text on a terminal and JSON otherwise. */
    public enum Format {
        AUTO,
        TEXT,
        JSON
    }

    /** The least severe level that is printed. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    static LoggingSettings read(Section section) {
        Section live = section.live();
        return new LoggingSettings(
                live.choice("format", Format.AUTO, Format.values()), live.choice("level", Level.INFO, Level.values()));
    }
}
