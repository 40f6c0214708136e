package io.reprise.catalog.definition;

import io.reprise.catalog.Kind;
import io.reprise.catalog.provider.ModelBounds;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.SettingsReader.Source;
import io.reprise.config.read.YamlFile;
import io.reprise.config.read.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the settings of an entry. The keys that exist are those that the definition asks for, so that reading, checking
 * and the schema come from the same code. All problems are reported at once, each with the path of its key.
 */
public final class EntryReader {
    /** The section in which the settings of an entry are read; it never appears in a path that is reported. */
    private static final String SECTION = "entry";

    private static final Pattern NAMED = Pattern.compile("[A-Za-z0-9_-]+(?:=|:\\s*)(.+)");

    private final ProviderTypes types;
    private final MiddlewareTypes middleware;
    private final SecretRules secrets;

    /** @param secrets that entries of the database may refer to */
    public EntryReader(ProviderTypes types, MiddlewareTypes middleware, SecretRules secrets) {
        this.types = types;
        this.middleware = middleware;
        this.secrets = secrets;
    }

    /** Without rules for secrets. */
    public EntryReader(ProviderTypes types, MiddlewareTypes middleware) {
        this(types, middleware, SecretRules.NONE);
    }

    /** Without types of middleware and rules for secrets. */
    public EntryReader(ProviderTypes types) {
        this(types, MiddlewareTypes.NONE);
    }

    /** What was read. */
    public sealed interface Outcome {
        /** @param body the settings that were given, with the types of their keys */
        record Valid(Definition definition, Map<String, Object> body) implements Outcome {}

        /** @param definition with the defaults in place of what is wrong */
        record Invalid(Definition definition, List<SettingsProblem> problems) implements Outcome {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads settings that were given as JSON values. */
    public Outcome read(Kind kind, Map<String, Object> body) {
        YamlFile source = new YamlFile("", BodyNodes.of(body), List.of());
        SettingsReader reader = reader(source);
        Definition definition = definition(kind, reader.section(SECTION));
        List<SettingsProblem> wrong = BodyTypes.problems(body, keys(reader));
        return outcome(definition, reader, wrong);
    }

    /** Reads the settings of a file, with its lines in problems. */
    public Outcome read(Kind kind, YamlFile source) {
        SettingsReader reader = reader(source);
        return outcome(definition(kind, reader.section(SECTION)), reader, List.of());
    }

    /** What a model's settings lack or have too much for its provider; they were read before. */
    public List<SettingsProblem> problemsAt(ProviderSettings provider, Map<String, Object> model) {
        SettingsReader reader = reader(new YamlFile("", BodyNodes.of(model), List.of()));
        Section section = reader.section(SECTION);
        ModelBounds bounds = ModelBounds.of(provider.type()).forReading();
        ModelDefinition.read(section, bounds).options().check(section, provider);
        return inside(reader.problems());
    }

    /** Secrets that an entry of the database refers to although it may not. */
    public List<SettingsProblem> forbiddenSecrets(Kind kind, Map<String, Object> body) {
        List<SettingsProblem> problems = new ArrayList<>();
        for (SettingKey key : keys(kind, body)) {
            if (!key.concealed() && !key.expected().equals(SecretReference.EXPECTED)) continue;
            BodyTypes.value(body, key.path()).stream()
                    .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
                    .flatMap(value -> reference(value.toString()).flatMap(secrets::fault).stream())
                    .forEach(fault -> problems.add(new SettingsProblem(key.path(), "", fault, "")));
        }
        return problems;
    }

    /** The secret to which a text refers, also as {@code NAME: env:KEY} or {@code NAME=env:KEY}. */
    private static Optional<SecretReference> reference(String text) {
        return SecretReference.parse(text).or(() -> {
            Matcher named = NAMED.matcher(text);
            return named.matches() ? SecretReference.parse(named.group(1)) : Optional.empty();
        });
    }

    /** The types of providers. */
    public ProviderTypes types() {
        return types;
    }

    /** The types of middleware. */
    public MiddlewareTypes middleware() {
        return middleware;
    }

    /** The keys of an entry with these settings, with paths inside of it. */
    public List<SettingKey> keys(Kind kind, Map<String, Object> body) {
        SettingsReader reader = reader(new YamlFile("", BodyNodes.of(body), List.of()));
        definition(kind, reader.section(SECTION));
        return keys(reader);
    }

    /** The keys of a model of a provider of this type. */
    public List<SettingKey> modelKeys(String type) {
        SettingsReader reader = reader(new YamlFile("", BodyNodes.of(Map.of()), List.of()));
        ModelDefinition.read(reader.section(SECTION), ModelBounds.of(type));
        return keys(reader);
    }

    private static SettingsReader reader(YamlFile source) {
        YamlNode.Mapping inside = new YamlNode.Mapping(Map.of(SECTION, source.sections()), 1);
        return SettingsReader.of(new YamlFile(source.name(), inside, source.problems()), Map.of());
    }

    private Definition definition(Kind kind, Section section) {
        return switch (kind) {
            case PROVIDER -> ProviderDefinition.read(section, types);
            case MODEL -> ModelDefinition.read(section, ModelBounds.ANY);
            case PROMPT -> PromptDefinition.read(section);
            case AGENT -> AgentDefinition.read(section);
            case MIDDLEWARE -> middleware.read(section);
            case MCP_SERVER -> McpServerDefinition.read(section);
        };
    }

    private static List<SettingKey> keys(SettingsReader reader) {
        return reader.known().stream().map(key -> key.at(inside(key.path()))).toList();
    }

    private static Outcome outcome(Definition definition, SettingsReader reader, List<SettingsProblem> wrong) {
        List<String> known = wrong.stream().map(SettingsProblem::path).toList();
        List<SettingsProblem> problems = new ArrayList<>(wrong);
        inside(reader.problems()).stream()
                .filter(problem -> !known.contains(problem.path()))
                .forEach(problems::add);
        if (!problems.isEmpty()) return new Outcome.Invalid(definition, problems);
        Map<String, Object> body = new LinkedHashMap<>();
        for (SettingKey key : reader.known()) {
            if (reader.source(key.path()) != Source.DEFAULT) put(body, inside(key.path()), reader.value(key));
        }
        return new Outcome.Valid(definition, body);
    }

    @SuppressWarnings("unchecked")
    static void put(Map<String, Object> body, String path, Object value) {
        if (value == null) return;
        Map<String, Object> into = body;
        String[] names = path.split("\\.");
        for (int i = 0; i < names.length - 1; i++) {
            into = (Map<String, Object>) into.computeIfAbsent(names[i], name -> new LinkedHashMap<String, Object>());
        }
        into.put(names[names.length - 1], value);
    }

    private static List<SettingsProblem> inside(List<SettingsProblem> problems) {
        return problems.stream()
                .map(problem ->
                        new SettingsProblem(inside(problem.path()), problem.given(), problem.fault(), problem.source()))
                .toList();
    }

    private static String inside(String path) {
        return path.startsWith(SECTION + ".") ? path.substring(SECTION.length() + 1) : path;
    }
}
