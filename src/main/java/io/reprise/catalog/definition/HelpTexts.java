package io.reprise.catalog.definition;

import io.reprise.catalog.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What the settings of entries mean, for people: one text for each key, in {@code help.properties}. */
final class HelpTexts {
    private static final Properties TEXTS = load();

    private HelpTexts() {}

    /** Empty if there is none. */
    static String of(Kind kind, String path) {
        return TEXTS.getProperty(kind.word() + "." + path, "");
    }

    private static Properties load() {
        Properties texts = new Properties();
        try (InputStream file = HelpTexts.class.getResourceAsStream("help.properties");
                InputStreamReader reader = new InputStreamReader(file, StandardCharsets.UTF_8)) {
            texts.load(reader);
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
