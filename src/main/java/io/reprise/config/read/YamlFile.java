package io.reprise.config.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A settings file as nodes; anything except keys, strings and lists is a problem.
 *
 * @param name of the file; empty if there is none
 */
public record YamlFile(String name, YamlNode.Mapping sections, List<SettingsProblem> problems) {
    /** No file, which is the same as an empty one. */
    public static final YamlFile NONE = new YamlFile("", YamlNode.Mapping.empty(), List.of());

    public YamlFile {
        problems = List.copyOf(problems);
    }

    public static YamlFile read(FileText file) {
        List<SettingsProblem> problems = new ArrayList<>();
        YamlNode.Mapping sections = file.fault() == null
                ? parsed(file, problems)
                : refused(SettingsProblem.without(file.name(), file.fault(), "the settings file"), problems);
        return new YamlFile(file.name(), sections, problems);
    }

    private static YamlNode.Mapping parsed(FileText file, List<SettingsProblem> problems) {
        try (JsonParser parser = new YAMLFactory().createParser(file.text())) {
            return new Reading(file.name(), parser, problems).document();
        } catch (JsonProcessingException e) {
            String fault = "is not YAML: " + firstLine(e);
            return refused(SettingsProblem.without(file.name(), fault, line(file.name(), line(e))), problems);
        } catch (IOException e) {
            throw new UncheckedIOException("a string is always readable", e);
        }
    }

    private static YamlNode.Mapping refused(SettingsProblem problem, List<SettingsProblem> problems) {
        problems.add(problem);
        return YamlNode.Mapping.empty();
    }

    /**
     * The file and the line of a key, in words; of what contains it if the file does not have the key.
     *
     * @param path names with dots between them
     */
    public String where(String path) {
        YamlNode at = sections;
        for (String part : path.split("\\.")) {
            YamlNode next =
                    at instanceof YamlNode.Mapping mapping ? mapping.entries().get(part) : null;
            if (next == null) break;
            at = next;
        }
        return line(at.line());
    }

    /** A line of this file, in words. */
    String line(int number) {
        return line(name, number);
    }

    private static String line(String name, int number) {
        return name + ", line " + number;
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    /** Only the first line of the parser's message, because the rest quotes the file, which may contain a password. */
    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }

    /** A parser on its way through a file. */
    private record Reading(String name, JsonParser parser, List<SettingsProblem> problems) {
        private YamlNode.Mapping document() throws IOException {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return YamlNode.Mapping.empty();
            }
            if (first != JsonToken.START_OBJECT) {
                problem(name, "must consist of sections with keys");
                return YamlNode.Mapping.empty();
            }
            YamlNode.Mapping sections = mapping("", line());
            if (parser.nextToken() != null) {
                problem(name, "must contain one document; a second one begins here");
            }
            return sections;
        }

        private YamlNode.Mapping mapping(String prefix, int line) throws IOException {
            Map<String, YamlNode> entries = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String path = prefix + parser.currentName();
                if (entries.containsKey(parser.currentName())) {
                    problem(path, "is set twice");
                }
                entry(path, entries);
            }
            return new YamlNode.Mapping(entries, line);
        }

        private void entry(String path, Map<String, YamlNode> entries) throws IOException {
            String key = parser.currentName();
            int line = line();
            parser.nextToken();
            entries.put(key, node(path, line));
        }

        /**
         * The node at which the parser is.
         *
         * @param line of its key
         */
        private YamlNode node(String path, int line) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_NULL -> new YamlNode.Nothing(line);
                case START_OBJECT -> mapping(path + ".", line);
                case START_ARRAY -> items(path, line);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    new YamlNode.Scalar(parser.getText(), parser.getNumberValue(), line);
                case VALUE_TRUE, VALUE_FALSE -> new YamlNode.Scalar(parser.getText(), parser.getBooleanValue(), line);
                default -> new YamlNode.Scalar(parser.getText(), line);
            };
        }

        private YamlNode.Items items(String path, int line) throws IOException {
            List<YamlNode> nodes = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                nodes.add(node(path, line()));
            }
            return new YamlNode.Items(nodes, line);
        }

        private void problem(String path, String fault) {
            problems.add(SettingsProblem.without(path, fault, YamlFile.line(name, line())));
        }

        private int line() {
            return parser.currentTokenLocation().getLineNr();
        }
    }
}
