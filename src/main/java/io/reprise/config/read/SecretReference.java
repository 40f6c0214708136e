package io.reprise.config.read;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A reference to a secret, {@code env:NAME} or {@code file:PATH}. Settings refer to secrets and never contain them. */
public record SecretReference(Kind kind, String name) {
    public static final String EXPECTED = "env:NAME or file:PATH, a reference and never the secret itself";

    private static final Pattern REFERENCE = Pattern.compile("env:([A-Za-z_][A-Za-z0-9_]*)|file:(.+)");

    /** A reference as a part of a pattern. */
    public static final String PATTERN = "(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\\s*\\S.*)";

    /** A reference or nothing. */
    static final TextForm FORM = TextForm.of(PATTERN).orEmpty();

    /** Where the secret is. */
    public enum Kind {
        ENV,
        FILE
    }

    /** Parses a reference; empty if the text has neither form. */
    public static Optional<SecretReference> parse(String text) {
        Matcher matcher = REFERENCE.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String variable = matcher.group(1);
        return Optional.of(
                variable == null
                        ? new SecretReference(Kind.FILE, matcher.group(2).strip())
                        : new SecretReference(Kind.ENV, variable));
    }

    /** The secret; empty if the variable or file does not exist, is unreadable or blank. */
    public Optional<String> resolve(Map<String, String> environment) {
        Optional<String> found = switch (kind) {
            case ENV -> Optional.ofNullable(environment.get(name));
            case FILE -> content();
        };
        return found.map(String::strip).filter(secret -> !secret.isEmpty());
    }

    private Optional<String> content() {
        try {
            return Optional.of(Files.readString(Path.of(name)));
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (kind == Kind.ENV ? "env:" : "file:") + name;
    }
}
