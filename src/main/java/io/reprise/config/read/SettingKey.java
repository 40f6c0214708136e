package io.reprise.config.read;

import java.util.List;

/**
 * What is known about a key without its value.
 *
 * @param expected which values are allowed, in words
 * @param standard the default, as the values of {@link SettingsReader#values}
 * @param min smallest number; null if there is none, likewise {@code max}
 * @param choices the allowed words; empty if any may be given
 * @param concealed whether the value may contain a secret, so that it is never shown
 * @param required whether there is no default, so that a value must be given
 * @param form of a text, or of each text of a list; null if the reader alone knows it
 */
public record SettingKey(
        String path,
        Reload reload,
        Kind kind,
        String expected,
        Object standard,
        Integer min,
        Integer max,
        List<String> choices,
        boolean concealed,
        boolean required,
        TextForm form) {

    public SettingKey {
        choices = List.copyOf(choices);
    }

    /** This key at another path. */
    public SettingKey at(String other) {
        return new SettingKey(other, reload, kind, expected, standard, min, max, choices, concealed, required, form);
    }

    /** The type of a value. */
    public enum Kind {
        INTEGER,
        NUMBER,
        BOOLEAN,
        TEXT,
        CHOICE,
        LIST,
        OBJECT
    }
}
