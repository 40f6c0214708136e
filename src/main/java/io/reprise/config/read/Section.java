package io.reprise.config.read;

import io.reprise.config.read.SettingKey.Kind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the keys of one section. An invalid value is reported as a problem, and the default is used instead. */
public final class Section {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("(-?[0-9]{1,10})(?:\\.0+)?");
    private static final Pattern DECIMAL_NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?");
    private static final String NOT_SHOWN = "(not shown)";

    private final SettingsReader reader;
    private final String name;
    private final Reload reload;

    Section(SettingsReader reader, String name, Reload reload) {
        this.reader = reader;
        this.name = name;
        this.reload = reload;
    }

    /** A section inside this one; its keys change as those of this one. */
    public Section section(String key) {
        return new Section(reader, reader.known(path(key)), reload);
    }

    /** This section, for keys that administrators may change while the server runs. */
    public Section live() {
        return new Section(reader, name, Reload.LIVE);
    }

    /** This section, for keys that change with the settings file while the server runs. */
    public Section fromFile() {
        return new Section(reader, name, Reload.FILE);
    }

    /** An integer from {@code min} to {@code max}, inclusive; {@code 5.0} is 5, as in JSON Schema. */
    public int integer(String key, int standard, int min, int max) {
        String expected = "an integer from " + min + " to " + max;
        know(key, Kind.INTEGER, expected, standard, min, max, List.of(), false);
        return scalar(
                key,
                standard,
                expected,
                text -> Optional.of(WHOLE_NUMBER.matcher(text))
                        .filter(Matcher::matches)
                        .map(digits -> Long.parseLong(digits.group(1)))
                        .filter(number -> number >= min && number <= max)
                        .map(Long::intValue));
    }

    /** An optional integer from {@code min} to {@code max}, inclusive. */
    public Optional<Integer> optionalInteger(String key, int min, int max) {
        Optional<Integer> value =
                reader.given(path(key)).isEmpty() ? Optional.empty() : Optional.of(integer(key, min, min, max));
        know(key, Kind.INTEGER, "an integer from " + min + " to " + max, null, min, max, List.of(), false);
        return value;
    }

    /** An optional decimal number from {@code min} to {@code max}, inclusive. */
    public Optional<Double> optionalDecimal(String key, int min, int max) {
        Optional<Double> none = Optional.empty();
        String expected = "a number from " + min + " to " + max;
        know(key, Kind.NUMBER, expected, null, min, max, List.of(), false);
        return scalar(key, none, expected, text -> decimal(text, min, max).map(Optional::of));
    }

    /** A decimal number from {@code min} to {@code max}, inclusive. */
    public double decimal(String key, double standard, int min, int max) {
        String expected = "a number from " + min + " to " + max;
        know(key, Kind.NUMBER, expected, standard, min, max, List.of(), false);
        return scalar(key, standard, expected, text -> decimal(text, min, max));
    }

    private static Optional<Double> decimal(String text, int min, int max) {
        return Optional.of(text)
                .filter(digits -> DECIMAL_NUMBER.matcher(digits).matches())
                .map(Double::parseDouble)
                .filter(number -> number >= min && number <= max);
    }

    public boolean bool(String key, boolean standard) {
        know(key, Kind.BOOLEAN, "true or false", standard, null, null, List.of(), false);
        return scalar(key, standard, "true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** Any string, including the empty one. */
    public String anyText(String key, String standard) {
        return text(key, standard, "a text", text -> true);
    }

    /** A string that {@code allowed} accepts. */
    public String text(String key, String standard, String expected, Predicate<String> allowed) {
        know(key, Kind.TEXT, expected, standard, false, allowed);
        return scalar(key, standard, expected, text -> Optional.of(text).filter(allowed));
    }

    /** A string that is not blank. */
    public String text(String key, String standard) {
        return text(key, standard, "a non-empty string", given -> !given.isBlank());
    }

    /** A string that must be given. */
    public String requiredText(String key, String expected, Predicate<String> allowed) {
        String text = text(key, "", expected, allowed);
        TextForm form = form(allowed);
        reader.know(
                new SettingKey(path(key), reload, Kind.TEXT, expected, null, null, null, List.of(), false, true, form));
        if (reader.given(path(key)).isEmpty()) problem(key, "", "must be given: " + expected);
        return text;
    }

    /** Reports that {@code key} must be given, unless its value is wrong. */
    public void missing(String key, String expected) {
        if (!reader.isFaulty(path(key))) problem(key, "", "must be given: " + expected);
    }

    public Path path(String key, String standard) {
        know(key, Kind.TEXT, "a path", standard, null, null, List.of(), false);
        return scalar(key, Path.of(standard), "a path", Section::parsePath);
    }

    /** One of the values of an enumeration, written in lower case. */
    public <E extends Enum<E>> E choice(String key, E standard, E[] choices) {
        List<String> words = Arrays.stream(choices).map(Section::written).toList();
        String expected = "one of " + String.join(", ", words);
        know(key, Kind.CHOICE, expected, written(standard), null, null, words, false);
        return scalar(
                key,
                standard,
                expected,
                text -> Arrays.stream(choices)
                        .filter(choice -> written(choice).equals(text))
                        .findFirst());
    }

    /** One of some words. */
    public String word(String key, String standard, List<String> choices) {
        String expected = "one of " + String.join(", ", choices);
        know(key, Kind.CHOICE, expected, standard, null, null, choices, false);
        return scalar(key, standard, expected, text -> Optional.of(text).filter(choices::contains));
    }

    /** A JSON object, empty by default: keys below this one, or JSON text. */
    public Map<String, Object> object(String key, String expected, Predicate<Map<String, Object>> allowed) {
        know(key, Kind.OBJECT, expected, Map.of(), null, null, List.of(), false);
        Optional<YamlNode> node = reader.given(path(key)).map(SettingsReader.Given::node);
        if (node.isEmpty()) return Map.of();
        Optional<Map<String, Object>> members = switch (node.get()) {
            case YamlNode.Mapping mapping -> Optional.of(mapping.plain());
            case YamlNode.Scalar scalar -> JsonObjectText.parse(scalar.text());
            case YamlNode.Items items -> Optional.empty();
            case YamlNode.Nothing nothing -> Optional.of(Map.of());
        };
        Optional<Map<String, Object>> value = members.filter(allowed);
        if (value.isEmpty()) problem(key, "", "must be " + expected);
        value.ifPresent(given -> reader.value(path(key), given));
        return value.orElse(Map.of());
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
        know(key, Kind.LIST, "each " + expected, standard, false, allowed);
        return given(key, expected, false, allowed).orElse(standard);
    }

    /** A list, and whether there is one: an empty list is another thing than none. */
    public Optional<List<String>> optionalList(String key, String expected, Predicate<String> allowed) {
        know(key, Kind.LIST, "each " + expected, null, false, allowed);
        return given(key, expected, false, allowed);
    }

    /** A list whose values may contain a secret by mistake, so they are never shown in a problem. */
    public List<String> concealedList(String key, String expected, Predicate<String> allowed) {
        know(key, Kind.LIST, "each " + expected, List.of(), true, allowed);
        return given(key, expected, true, allowed).orElse(List.of());
    }

    private Optional<List<String>> given(String key, String expected, boolean conceal, Predicate<String> allowed) {
        Optional<YamlNode> node = reader.given(path(key)).map(SettingsReader.Given::node);
        if (node.isEmpty()) return Optional.empty();
        Optional<List<String>> texts = switch (node.get()) {
            case YamlNode.Items items -> items.texts();
            case YamlNode.Scalar scalar -> Optional.of(split(scalar.text()));
            case YamlNode.Nothing nothing -> Optional.of(List.of());
            case YamlNode.Mapping mapping -> Optional.empty();
        };
        if (texts.isEmpty()) {
            problem(key, "", "must be a list of strings");
            return Optional.of(List.of());
        }
        List<String> refused = texts.get().stream().filter(allowed.negate()).toList();
        refused.forEach(text -> problem(key, conceal ? NOT_SHOWN : text, "each must be " + expected));
        if (!refused.isEmpty()) return Optional.of(List.of());
        reader.value(path(key), texts.get());
        return texts;
    }

    /** An optional string that may contain a password: it is never shown in a problem. */
    public String concealed(String key, String expected, Predicate<String> allowed) {
        know(key, Kind.TEXT, expected, "", true, allowed);
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
        know(key, Kind.TEXT, SecretReference.EXPECTED, null, true, SecretReference.FORM);
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

    /** The whole path of a key, for messages about another key. */
    public String path(String key) {
        return name + "." + key;
    }

    public void problem(String key, String given, String fault) {
        reader.problem(path(key), given, fault);
    }

    /** Skips the comparison if one of the values is invalid, because the message would be confusing. */
    private void compare(String key, boolean holds, int value, String expected, String otherPath) {
        if (!holds && !reader.isFaulty(path(key)) && !reader.isFaulty(otherPath)) {
            problem(key, String.valueOf(value), "must be " + expected + ", " + reader.where(otherPath));
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
        value.ifPresent(parsed -> reader.value(path(key), shown(parsed)));
        return value.orElse(standard);
    }

    private static Object shown(Object parsed) {
        return switch (parsed) {
            case Optional<?> optional -> optional.map(Section::shown).orElse(null);
            case Integer number -> number;
            case Double number -> number;
            case Boolean flag -> flag;
            case Enum<?> choice -> written(choice);
            default -> parsed.toString();
        };
    }

    private void know(
            String key,
            Kind kind,
            String expected,
            Object standard,
            Integer min,
            Integer max,
            List<String> choices,
            boolean concealed) {
        reader.know(
                new SettingKey(path(key), reload, kind, expected, standard, min, max, choices, concealed, false, null));
    }

    private void know(
            String key, Kind kind, String expected, Object standard, boolean concealed, Predicate<String> allowed) {
        TextForm form = form(allowed);
        reader.know(new SettingKey(
                path(key), reload, kind, expected, standard, null, null, List.of(), concealed, false, form));
    }

    private static TextForm form(Predicate<String> allowed) {
        return allowed instanceof TextForm form ? form : null;
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
