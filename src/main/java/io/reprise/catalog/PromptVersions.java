package io.reprise.catalog;

import io.reprise.catalog.definition.PromptDefinition;
import io.reprise.catalog.definition.PromptDefinition.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Versions of a prompt: the newest approved one, the newest one that is being tested, and those that agents name.
 *
 * @param versions in any order
 */
public record PromptVersions(EntryKey key, List<Version> versions) {
    public PromptVersions {
        versions = List.copyOf(versions);
    }

    /** A text that does not change any more. */
    public record Version(long number, Status status, String text) {}

    /** The prompt of an entry that has only its present version. */
    static PromptVersions of(Entry entry, PromptDefinition prompt) {
        return new PromptVersions(entry.key(), List.of(new Version(entry.version(), prompt.status(), prompt.text())));
    }

    /** These versions as far as they are older than the given ones, and the given ones. */
    PromptVersions before(PromptVersions present) {
        long oldest = present.versions.stream().mapToLong(Version::number).min().orElse(Long.MAX_VALUE);
        List<Version> all = new ArrayList<>(present.versions);
        versions.stream().filter(version -> version.number() < oldest).forEach(all::add);
        return new PromptVersions(key, all);
    }

    /** The newest version of that status. */
    public Optional<Version> newest(Status status) {
        return versions.stream()
                .filter(version -> version.status() == status)
                .max(Comparator.comparingLong(Version::number));
    }

    public Optional<Version> version(long number) {
        return versions.stream().filter(version -> version.number() == number).findFirst();
    }
}
