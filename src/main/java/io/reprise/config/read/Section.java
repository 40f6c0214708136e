package io.reprise.config.read;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the keys of one section. An invalid value is reported as a problem, and the default is used instead. */
public final class Section {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,10}");
    private static final Pattern DECIMAL_NUMBER = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");
    private static final String NOT_SHOWN = "(not shown)";

    private final SettingsReader reader;
    private final String name;

    Section(SettingsReader reader, String name) {
        this.reader = reader;
        this.name = name;
    }

    /** A section inside this one. */
    public Section section(String key) {
        return reader.section(path(key));
    }

    /** An integer from {@code min} to {@code max}, inclusive. */
    public int integer(String key, int standard, int min, int max) {
        return scalar(
                key,
                standard,
                "an integer from " + min + " to " + max,
                text -> Optional.of(text)
                        .filter(digits -> WHOLE_NUMBER.matcher(digits).matches())
                        .map(Long::parseLong)
                        .filter(number -> number >= min && number <= max)
                        .map(Long::intValue));
    }

    /** An optional integer from {@code min} to {@code max}, inclusive. */
    public Optional<Integer> optionalInteger(String key, int min, int max) {
        return reader.given(path(key)).isEmpty() ? Optional.empty() : Optional.of(integer(key, min, min, max));
    }

    /** An optional decimal number from {@code min} to {@code max}, inclusive. */
    public Optional<Double> optionalDecimal(String key, int min, int max) {
        Optional<Double> none = Optional.empty();
        return scalar(
                key,
                none,
                "a number from " + min + " to " + max,
                text -> Optional.of(text)
                        .filter(digits -> DECIMAL_NUMBER.matcher(digits).matches())
                        .map(Double::parseDouble)
                        .filter(number -> number >= min && number <= max)
                        .map(Optional::of));
    }

    public boolean bool(String key, boolean standard) {
        return scalar(key, standard, "true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** Any string, including the empty one. */
    public String anyText(String key, String standard) {
        return scalar(key, standard, "a text", Optional::of);
    }

    /** A string that {@code allowed} accepts. */
    public String text(String key, String standard, String expected, Predicate<String> allowed) {
        return scalar(key, standard, expected, text -> Optional.of(text).filter(allowed));
    }

    /** A string that is not blank. */
    public String text(String key, String standard) {
        return scalar(
                key, standard, "a non-empty string", text -> Optional.of(text).filter(given -> !given.isBlank()));
    }

    public Path path(String key, String standard) {
        return scalar(key, Path.of(standard), "a path", Section::parsePath);
    }

    /** One of the values of an enumeration, written in lower case. */
    public <E extends Enum<E>> E choice(String key, E standard, E[] choices) {
        String expected = Arrays.stream(choices).map(Section::written).collect(Collectors.joining(", "));
        return scalar(
                key,
                standard,
                "one of " + expected,
                text -> Arrays.stream(choices)
                        .filter(choice -> written(choice).equals(text))
                        .findFirst());
    }

    /**
     * A list that is empty by default. In the file it is a list or a single string; in the environment, strings
     * separated by commas.
     */
    public List<String> list(String key, String expected, Predicate<String> allowed) {
        return list(key, List.of(), expected, allowed);
    }

    /** As above, with a default. */
    public List<String> list(String key, List<String> standard, String expected, Predicate<String> allowed) {
        return given(key, expected, false, allowed).orElse(standard);
    }

    /** A list whose values may contain a secret by mistake, so they are never shown in a problem. */
    public List<String> concealedList(String key, String expected, Predicate<String> allowed) {
        return given(key, expected, true, allowed).orElse(List.of());
    }

    private Optional<List<String>> given(String key, String expected, boolean conceal, Predicate<String> allowed) {
        return reader.given(path(key))
                .map(value -> switch (value.node()) {
                    case YamlNode.Items items -> items.texts();
                    case YamlNode.Scalar scalar -> split(scalar.text());
                    case YamlNode.Nothing nothing -> List.<String>of();
                    case YamlNode.Mapping mapping -> List.of("(a section)");
                })
                .map(texts -> {
                    List<String> refused =
                            texts.stream().filter(allowed.negate()).toList();
                    refused.forEach(text -> problem(key, conceal ? NOT_SHOWN : text, "each must be " + expected));
                    return refused.isEmpty() ? texts : List.of();
                });
    }

    /** An optional string that may contain a password: it is never shown in a problem. */
    public String concealed(String key, String expected, Predicate<String> allowed) {
        return parsed(
                key,
                "",
                expected,
                true,
                text -> Optional.of(text).filter(given -> given.isEmpty() || allowed.test(given)));
    }

    /** An optional reference to a secret; a secret given by mistake is never shown in a problem. */
    public Optional<SecretReference> secret(String key) {
        Optional<SecretReference> none = Optional.empty();
        Optional<SecretReference> reference = parsed(
                key,
                none,
                SecretReference.EXPECTED,
                true,
                text -> text.isEmpty()
                        ? Optional.of(none)
                        : SecretReference.parse(text).map(Optional::of));
        reference
                .filter(secret -> secret.kind() == SecretReference.Kind.ENV)
                .ifPresent(secret -> reader.ownVariable(secret.name()));
        return reference;
    }

    /** Reports a problem with {@code key} unless its value is greater than that of the key {@code otherPath}. */
    public void above(String key, int value, String otherPath, int other) {
        compare(key, value > other, value, "more than " + otherPath + " (" + other + ")", otherPath);
    }

    /** Reports a problem with {@code key} unless its value is at least that of the key {@code otherPath}. */
    public void atLeast(String key, int value, String otherPath, int other) {
        compare(key, value >= other, value, "at least " + otherPath + " (" + other + ")", otherPath);
    }

    /**
     * Reports a problem with {@code key} unless its value is at most that of the key {@code otherPath}. The message
     * uses {@code unit}.
     */
    public void atMost(String key, int value, String otherPath, int other, String unit) {
        compare(key, value <= other, value, "at most " + otherPath + " (" + other + " " + unit + ")", otherPath);
    }

    public void problem(String key, String given, String fault) {
        reader.problem(path(key), given, fault);
    }

    /** Skips the comparison if one of the values is invalid, because the message would be confusing. */
    private void compare(String key, boolean holds, int value, String expected, String otherPath) {
        if (!holds && !reader.isFaulty(path(key)) && !reader.isFaulty(otherPath)) {
            problem(key, String.valueOf(value), "must be " + expected + ", " + reader.source(otherPath));
        }
    }

    private <T> T scalar(String key, T standard, String expected, Function<String, Optional<T>> parse) {
        return parsed(key, standard, expected, false, parse);
    }

    private <T> T parsed(
            String key, T standard, String expected, boolean conceal, Function<String, Optional<T>> parse) {
        Optional<SettingsReader.Given> given = reader.given(path(key));
        if (given.isEmpty()) {
            return standard;
        }
        if (!(given.get().node() instanceof YamlNode.Scalar scalar)) {
            problem(key, "", "must be " + expected + ", not a list or a section");
            return standard;
        }
        Optional<T> value = parse.apply(scalar.text().strip());
        if (value.isEmpty()) {
            problem(key, conceal ? NOT_SHOWN : scalar.text(), "must be " + expected);
        }
        return value.orElse(standard);
    }

    private String path(String key) {
        return name + "." + key;
    }

    private static Optional<Path> parsePath(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static List<String> split(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static String written(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
