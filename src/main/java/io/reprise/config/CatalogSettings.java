package io.reprise.config;

import io.reprise.config.read.Section;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings of the catalogue of providers, models, prompts and agents.
 *
 * @param entriesMax most entries in the database
 * @param checksMax most checks of models at the same time
 * @param checkMs longest wait for the answer of a model that is checked
 * @param previewBytesMax most bytes of a prompt with the values of its variables, when it is previewed
 * @param secretVariables names of environment variables that entries of the database may refer to; {@code *} matches any
 *     characters
 * @param secretFolders folders of files that they may refer to
 */
public record CatalogSettings(
        int entriesMax,
        int checksMax,
        int checkMs,
        int previewBytesMax,
        List<String> secretVariables,
        List<String> secretFolders) {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_*]+");
    private static final List<String> KEYS = List.of("*_KEY", "*_TOKEN");
    private static final List<String> FOLDERS = List.of("/run/secrets", "conf/secrets");

    public CatalogSettings {
        secretVariables = List.copyOf(secretVariables);
        secretFolders = List.copyOf(secretFolders);
    }

    static CatalogSettings read(Section section) {
        Section live = section.live();
        return new CatalogSettings(
                live.integer("entriesMax", 1_000, 1, 10_000),
                live.integer("checksMax", 2, 1, 50),
                live.integer("checkMs", 60_000, 1_000, 100_000),
                live.integer("previewBytesMax", 262_144, 1_024, 16_777_216),
                section.list(
                        "secretVariables",
                        KEYS,
                        "a name of letters, digits and underscores, in which * matches any characters",
                        text -> VARIABLE.matcher(text).matches()),
                section.list("secretFolders", FOLDERS, "a folder", text -> !text.isBlank()));
    }
}
