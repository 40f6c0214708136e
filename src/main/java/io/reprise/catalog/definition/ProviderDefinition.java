package io.reprise.catalog.definition;

import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.Section;
import java.util.List;

/**
 * A service that runs models.
 *
 * @param enabled whether its models may be used
 */
public record ProviderDefinition(boolean enabled, ProviderSettings settings) implements Definition {
    static ProviderDefinition read(Section section, ProviderTypes types) {
        ProviderDefinition read = new ProviderDefinition(section.bool("enabled", true), types.read(section));
        read.settings().check(section);
        return read;
    }

    @Override
    public List<Reference> references() {
        return List.of();
    }
}
