package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * Settings of the catalogue of providers, models, prompts and agents.
 *
 * @param entriesMax most entries in the database
 */
public record CatalogSettings(int entriesMax) {
    static CatalogSettings read(Section section) {
        return new CatalogSettings(section.live().integer("entriesMax", 1_000, 1, 10_000));
    }
}
