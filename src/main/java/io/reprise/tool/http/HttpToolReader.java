package io.reprise.tool.http;

import io.reprise.catalog.definition.SecretRules;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.YamlFile;
import io.reprise.config.read.YamlNode;
import io.reprise.message.Json;
import io.reprise.tool.Replay;
import io.reprise.tool.ToolTraits;
import io.reprise.tool.http.Template.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a tool from its file. All problems are reported at once, each with its key and line. */
final class HttpToolReader {
    /** The section in which a file is read; it never appears in a path that is reported. */
    private static final String SECTION = "tool";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Predicate<String> HOST = Pattern.compile(
                    "\\*|(\\*\\.)?[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*")
            .asMatchPredicate();
    private static final int DESCRIPTION_CHARS_MAX = 4_000;
    private static final int SCHEMA_BYTES_MAX = 65_536;
    private static final int TIME_MS = 20_000;
    private static final int TIME_MS_MAX = 600_000;

    private final SecretRules rules;

    /** @param rules which secrets a file may refer to */
    HttpToolReader(SecretRules rules) {
        this.rules = rules;
    }

    /** What was read. */
    sealed interface Outcome {
        record Valid(HttpToolDefinition definition) implements Outcome {}

        record Invalid(List<SettingsProblem> problems) implements Outcome {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** The name that a file gives its tool unless it says another one. */
    static String nameOf(FileText file) {
        String name = file.name().substring(file.name().lastIndexOf('/') + 1);
        return name.substring(0, name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.'));
    }

    Outcome read(FileText file) {
        YamlFile yaml = YamlFile.read(file);
        YamlNode.Mapping inside = new YamlNode.Mapping(Map.of(SECTION, yaml.sections()), 1);
        SettingsReader reader = SettingsReader.of(new YamlFile(yaml.name(), inside, yaml.problems()), Map.of());
        Optional<HttpToolDefinition> read = definition(reader.section(SECTION), nameOf(file));
        List<SettingsProblem> problems = reader.problems().stream()
                .map(problem -> inside(problem, file.name()))
                .toList();
        return problems.isEmpty() && read.isPresent() ? new Outcome.Valid(read.get()) : new Outcome.Invalid(problems);
    }

    private static SettingsProblem inside(SettingsProblem problem, String file) {
        String path = problem.path().startsWith(SECTION + ".")
                ? problem.path().substring(SECTION.length() + 1)
                : problem.path();
        String source = problem.source().equals("default") ? file : problem.source();
        String fault = problem.fault().replace("did you mean " + SECTION + ".", "did you mean ");
        return new SettingsProblem(path, problem.given(), fault, source);
    }

    private Optional<HttpToolDefinition> definition(Section section, String usualName) {
        String name = section.text(
                "name",
                usualName,
                "1 to 64 letters, digits, hyphens or underscores",
                text -> NAME.matcher(text).matches());
        if (!NAME.matcher(name).matches()) section.problem("name", name, "must be given, or be the name of the file");
        String description = section.requiredText(
                "description",
                "a text of at most " + DESCRIPTION_CHARS_MAX + " characters",
                text -> !text.isBlank() && text.length() <= DESCRIPTION_CHARS_MAX);
        boolean direct = section.bool("direct", true);
        boolean background = section.bool("background", false);
        int timeMs = section.integer("timeoutMs", TIME_MS, 100, TIME_MS_MAX);
        Map<String, Object> schema = schema(section);
        Map<String, SecretReference> secrets = secrets(section);
        Set<String> arguments = schema.get("properties") instanceof Map<?, ?> properties ? names(properties) : Set.of();
        Optional<RequestTemplate> request =
                new RequestReader(section.section("request"), arguments, secrets.keySet()).read();
        List<String> redirects =
                section.section("request").list("redirects", "a host, *.domain or * for all public hosts", HOST);
        ResponseMapping response = ResponseMapping.read(section.section("response"));
        ArgumentCheck check = check(section, schema);
        if (request.isEmpty() || check == null) return Optional.empty();
        boolean reads = request.get().method().equals("GET");
        boolean writes = section.bool("writes", !reads);
        Replay replay = section.choice("replay", reads ? Replay.SAFE : Replay.UNKNOWN, Replay.values());
        return Optional.of(new HttpToolDefinition(
                name,
                description,
                Json.text(schema),
                check,
                request.get(),
                response,
                new ToolTraits(replay, writes, timeMs, response.bytesMax()),
                direct,
                background,
                redirects,
                timeMs,
                secrets));
    }

    private static Set<String> names(Map<?, ?> properties) {
        return properties.keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    private static Map<String, Object> schema(Section section) {
        Map<String, Object> given = section.object(
                "arguments",
                "a JSON Schema of type object",
                schema -> schema.isEmpty() || "object".equals(schema.get("type")));
        return given.isEmpty() ? Map.of("type", "object", "additionalProperties", false) : given;
    }

    /** Null with a problem if the schema cannot be used. */
    private static ArgumentCheck check(Section section, Map<String, Object> schema) {
        String text = Json.text(schema);
        if (text.length() > SCHEMA_BYTES_MAX) {
            section.problem("arguments", "", "must have at most " + SCHEMA_BYTES_MAX + " characters");
            return null;
        }
        Optional<String> fault = SchemaFaults.of(schema);
        if (fault.isPresent()) {
            section.problem("arguments", "", "is not a usable JSON Schema: " + fault.get());
            return null;
        }
        try {
            return ArgumentCheck.of(text);
        } catch (IllegalArgumentException e) {
            section.problem("arguments", "", "is not a usable JSON Schema: " + e.getMessage());
            return null;
        }
    }

    private Map<String, SecretReference> secrets(Section section) {
        Map<String, SecretReference> secrets = new LinkedHashMap<>();
        section.object("secrets", "names of secrets with references, env:NAME or file:PATH", given -> true)
                .forEach((name, value) -> {
                    Optional<SecretReference> reference = SecretReference.parse(String.valueOf(value));
                    Optional<String> fault = reference
                            .map(rules::fault)
                            .orElseGet(() -> Optional.of("must be " + SecretReference.EXPECTED));
                    fault.ifPresent(why -> section.problem("secrets", "", name + ": " + why));
                    reference.ifPresent(found -> secrets.put(name, found));
                });
        return secrets;
    }

    /** Reads the request of a tool. */
    private record RequestReader(Section section, Set<String> arguments, Set<String> secrets) {
        private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
        private static final Pattern ORIGIN = Pattern.compile("(https?://[^/{}?#\\s]+)(/[^?#\\s]*)?");
        private static final Predicate<String> HEADER =
                Pattern.compile("[A-Za-z0-9-]{1,100}").asMatchPredicate();
        private static final Set<String> OWN_HEADERS = Set.of(
                "host", "content-length", "connection", "transfer-encoding", "expect", "upgrade", "te", "trailer");

        Optional<RequestTemplate> read() {
            String method = section.word("method", "GET", METHODS);
            String url = section.requiredText(
                    "url",
                    "an address such as https://example.org/v1/{city}, without arguments in the host and without ? and #",
                    text -> ORIGIN.matcher(text).matches());
            Map<String, Template> query = templates("query", name -> true);
            Map<String, Template> headers = templates(
                    "headers", name -> HEADER.test(name) && !OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT)));
            RequestTemplate.Body body = body(method);
            Matcher matcher = ORIGIN.matcher(url);
            if (!matcher.matches()) return Optional.empty();
            String origin = matcher.group(1);
            Optional<String> fault = RequestFaults.ofOrigin(origin);
            fault.ifPresent(why -> section.problem("url", url, why));
            String path = matcher.group(2) == null ? "" : matcher.group(2).substring(1);
            return Optional.of(new RequestTemplate(method, origin, segments(path), query, headers, body));
        }

        private List<Template> segments(String path) {
            List<Template> segments = new ArrayList<>();
            for (String segment : path.isEmpty() ? new String[0] : path.split("/", -1)) {
                Template template = template("url", segment, false);
                if (template == null) continue;
                boolean plain = template.parts().stream()
                        .allMatch(
                                part -> !(part instanceof Part.Literal(String text)) || RequestFaults.isPathText(text));
                if (!plain) section.problem("url", segment, "has characters that must be percent-encoded");
                segments.add(template);
            }
            return segments;
        }

        private Map<String, Template> templates(String key, Predicate<String> allowed) {
            Map<String, Template> templates = new LinkedHashMap<>();
            section.object(key, "names with templates", given -> true).forEach((name, value) -> {
                Template template = template(key, String.valueOf(value), true);
                if (!allowed.test(name)) section.problem(key, name, "is a name that cannot be used here");
                else if (value instanceof Map<?, ?> || value instanceof List<?> || value == null) {
                    section.problem(key, name, "must have a text");
                } else if (template != null) templates.put(name, template);
            });
            return templates;
        }

        private RequestTemplate.Body body(String method) {
            Map<String, Object> json = section.object("body", "keys with templates, or JSON text", given -> true);
            Map<String, Template> form = templates("form", name -> true);
            if (!json.isEmpty() && !form.isEmpty()) section.problem("form", "", "cannot be given beside body");
            boolean bodiless = method.equals("GET") || method.equals("DELETE");
            if (bodiless && !(json.isEmpty() && form.isEmpty())) {
                section.problem(json.isEmpty() ? "form" : "body", "", "has no meaning for " + method);
            }
            if (!form.isEmpty()) return new RequestTemplate.Body.Form(form);
            if (!json.isEmpty()) return new RequestTemplate.Body.Shaped(shaped(json));
            return bodiless ? new RequestTemplate.Body.None() : new RequestTemplate.Body.Rest();
        }

        private Object shaped(Object value) {
            return switch (value) {
                case null -> null;
                case Map<?, ?> members -> {
                    Map<String, Object> shape = new LinkedHashMap<>();
                    members.forEach((name, member) -> shape.put(String.valueOf(name), shaped(member)));
                    yield shape;
                }
                case List<?> items -> {
                    List<Object> shape = new ArrayList<>();
                    items.forEach(item -> shape.add(shaped(item)));
                    yield shape;
                }
                case String text -> template("body", text, true);
                default -> value;
            };
        }

        /** Null with a problem if it is none. */
        private Template template(String key, String text, boolean mayHaveSecret) {
            try {
                Template template = Template.parse(text);
                for (Part part : template.parts()) {
                    switch (part) {
                        case Part.Argument(String name)
                        when !arguments.contains(name) ->
                            section.problem(key, "{" + name + "}", "is no property of arguments");
                        case Part.Secret secret
                        when !mayHaveSecret ->
                            section.problem(key, "{secret:" + secret.name() + "}", "must not be in an address");
                        case Part.Secret(String name)
                        when !secrets.contains(name) ->
                            section.problem(key, "{secret:" + name + "}", "is not named in secrets");
                        default -> {}
                    }
                }
                return template;
            } catch (IllegalArgumentException e) {
                section.problem(key, "", "must be a template: " + e.getMessage());
                return null;
            }
        }
    }
}
