package io.reprise.catalog.definition;

import io.reprise.config.read.SecretReference;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which secrets the entries of the database may refer to. An administrator chooses the address to which a key is sent, so
 * without rules each of them could read every secret of the server. Entries of files are the operator's and are free.
 *
 * @param variables names of environment variables, in which {@code *} matches any characters. Variables of the server
 *     itself, which begin with {@code REPRISE_}, are matched only by names that begin so, too.
 * @param folders of files, also in folders below
 */
public record SecretRules(List<String> variables, List<String> folders) {
    /** Any secret. */
    public static final SecretRules NONE = new SecretRules(List.of("*", "REPRISE_*"), List.of("/"));

    private static final String OWN = "REPRISE_";

    public SecretRules {
        variables = List.copyOf(variables);
        folders = List.copyOf(folders);
    }

    /** Why an entry of the database may not refer to this secret; empty if it may. */
    public Optional<String> fault(SecretReference secret) {
        return switch (secret.kind()) {
            case ENV ->
                variables.stream().anyMatch(allowed -> matches(allowed, secret.name()))
                        ? Optional.empty()
                        : Optional.of("entries made here may not use this variable, only " + listed(variables, "none")
                                + " (setting catalog.secretVariables)");
            case FILE ->
                isInside(secret.name())
                        ? Optional.empty()
                        : Optional.of("entries made here may not use this file, only files in "
                                + listed(folders, "no folder") + " (setting catalog.secretFolders)");
        };
    }

    private static boolean matches(String allowed, String name) {
        if (name.startsWith(OWN) && !allowed.startsWith(OWN)) return false;
        String[] parts = allowed.split("\\*", -1);
        StringBuilder pattern = new StringBuilder(Pattern.quote(parts[0]));
        for (int i = 1; i < parts.length; i++) pattern.append(".*").append(Pattern.quote(parts[i]));
        return name.matches(pattern.toString());
    }

    private boolean isInside(String file) {
        try {
            Path path = Path.of(file).toAbsolutePath().normalize();
            return folders.stream()
                    .map(folder -> Path.of(folder).toAbsolutePath().normalize())
                    .anyMatch(path::startsWith);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String listed(List<String> names, String none) {
        return names.isEmpty() ? none : String.join(", ", names);
    }
}
