package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.NodeList;

/** The documents about the architecture name only what exists, and all of it. */
class ArchitectureDocTest {
    private static final Path DOCS = Path.of("webroot", "docs");
    private static final Path ARCHITECTURE = DOCS.resolve("architecture.md");
    private static final String ROOT = "io.reprise";

    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern IMAGE = Pattern.compile("!\\[[^]]+]\\(([^)]+)\\)");
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^]]+]\\(([^)#:]+)\\)");

    /** A class, perhaps with a member or a nested class. One word, such as Server, counts in Markdown code only. */
    private static final Pattern CLASS = Pattern.compile("([A-Z][a-z]+\\w*)(?:\\.(\\w+))?");

    /** In a picture names are mixed with prose, so only names that cannot be words of prose count. */
    private static final Pattern CLASS_IN_PICTURE =
            Pattern.compile("\\b(?:([A-Z][a-z]+[A-Z]\\w*)|([A-Z][a-z]\\w*)\\.([a-z]\\w+))\\b");

    /** Names that no class has. */
    private static final Set<String> FOREIGN = Set.of("PostgreSQL", "WebSocket");

    private static final Map<String, List<String>> SOURCES = sources();

    static Stream<Path> documents() {
        return Stream.of(ARCHITECTURE, DOCS.resolve("glossary.md"));
    }

    static Stream<Path> pictures() throws IOException {
        return matches(IMAGE, ARCHITECTURE).map(match -> DOCS.resolve(match.group(1)));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_class_that_a_document_names_exists(Path document) throws IOException {
        List<String> unknown = new ArrayList<>();
        for (String span : codeIn(document).toList()) {
            Matcher name = CLASS.matcher(span);
            if (name.matches() && !exists(name.group(1), name.group(2))) unknown.add(span);
        }

        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_file_that_a_document_names_exists(Path document) throws IOException {
        List<String> paths = codeIn(document)
                .filter(span -> span.matches("[a-z][\\w./-]*/[\\w./-]*"))
                .toList();
        List<Path> links = matches(LINK, document)
                .map(match -> DOCS.resolve(match.group(1)))
                .toList();

        assertThat(paths).allSatisfy(path -> assertThat(Path.of(path)).exists());
        assertThat(links).allSatisfy(path -> assertThat(path).exists());
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void every_class_that_a_picture_names_exists(Path picture) throws Exception {
        List<String> unknown = new ArrayList<>();
        for (String text : textsOf(picture)) {
            for (MatchResult name : all(CLASS_IN_PICTURE, text)) {
                boolean exists =
                        name.group(1) != null ? exists(name.group(1), null) : exists(name.group(2), name.group(3));
                if (!FOREIGN.contains(name.group()) && !exists) unknown.add(name.group());
            }
        }

        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void a_picture_has_a_title_and_a_dark_theme_and_loads_nothing(Path picture) throws Exception {
        String svg = Files.readString(picture);

        assertThat(textsOf(picture)).isNotEmpty();
        assertThat(svg).contains("<title", "<desc", "prefers-color-scheme: dark");
        assertThat(svg.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:", "@import", "href=");
    }

    @Test
    void the_table_of_packages_names_every_package_and_no_other() throws IOException {
        Set<String> named = rows("## Packages").collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(packages());
    }

    @Test
    void the_table_of_tables_names_every_table_and_no_other() throws Exception {
        Set<String> created = new TreeSet<>();
        for (Path migration : files(Path.of("src", "main", "resources", "db", "migration"), ".sql")) {
            String sql = Files.readString(migration);
            all(Pattern.compile("CREATE TABLE (\\w+)"), sql).forEach(match -> created.add(match.group(1)));
            all(Pattern.compile("DROP TABLE (?:IF EXISTS )?(\\w+)"), sql)
                    .forEach(match -> created.remove(match.group(1)));
        }

        Set<String> named = rows("## What is stored where").collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isEqualTo(created);
        assertThat(textsOf(DOCS.resolve("img/storage.svg"))).containsAll(created);
    }

    @Test
    void every_key_that_the_document_names_is_in_the_code() throws IOException {
        String redis = textOf(Path.of("src/main/java/io/reprise/store/redis"), ".java");
        String page = textOf(Path.of("webroot", "js"), ".js");

        List<String> ofRedis = codeIn(ARCHITECTURE)
                .filter(span -> span.contains(":SESSION"))
                .map(key -> "\"" + key.substring(0, key.indexOf(':') + 1) + "\"")
                .toList();
        List<String> ofPage = codeIn(ARCHITECTURE)
                .filter(span -> span.matches("reprise\\.[a-zA-Z.]+"))
                .map(key -> key.replaceAll("[A-Z]+$", ""))
                .toList();

        assertThat(ofRedis).hasSize(2).allSatisfy(key -> assertThat(redis).contains(key));
        assertThat(ofPage).isNotEmpty().allSatisfy(key -> assertThat(page).contains(key));
    }

    /** Whether it is a class of the server, of its tests or of the page, or a value nested in one. */
    private static boolean exists(String name, String member) {
        List<String> texts = SOURCES.get(name);
        if (texts == null) {
            return member == null
                    && SOURCES.values().stream()
                            .flatMap(List::stream)
                            .anyMatch(text -> text.matches("(?s).*\\b(record|interface|class|enum) " + name + "\\b.*"));
        }
        return member == null || texts.stream().anyMatch(text -> text.matches("(?s).*\\b" + member + "\\b.*"));
    }

    /** Of each class its texts: one of the page may have the name of one of the server. */
    private static Map<String, List<String>> sources() {
        Map<String, List<String>> all = new TreeMap<>();
        try {
            for (Path file : files(Path.of("src", "main", "java"), ".java")) add(all, file);
            for (Path file : files(Path.of("src", "test", "java"), ".java")) add(all, file);
            for (Path file : files(Path.of("webroot", "js"), ".js")) {
                String text = Files.readString(file);
                all(Pattern.compile("export class (\\w+)"), text)
                        .forEach(match -> all.computeIfAbsent(match.group(1), name -> new ArrayList<>())
                                .add(text));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static void add(Map<String, List<String>> all, Path file) throws IOException {
        String name = file.getFileName().toString().replace(".java", "");
        all.computeIfAbsent(name, any -> new ArrayList<>()).add(Files.readString(file));
    }

    private static Set<String> packages() throws IOException {
        Set<String> all = new TreeSet<>();
        for (Path file : files(Path.of("src", "main", "java"), ".java")) {
            Matcher declared = Pattern.compile("(?m)^package ([\\w.]+);").matcher(Files.readString(file));
            assertThat(declared.find()).as(file.toString()).isTrue();
            all.add(declared.group(1).equals(ROOT) ? ROOT : declared.group(1).substring(ROOT.length() + 1));
        }
        return all;
    }

    /** The first cells, each a piece of code, of the tables below the heading. */
    private static Stream<String> rows(String heading) throws IOException {
        String text = Files.readString(ARCHITECTURE);
        assertThat(text).contains(heading + "\n");
        String section =
                text.substring(text.indexOf(heading + "\n") + heading.length()).split("\n## ")[0];
        return all(Pattern.compile("(?m)^\\| `([^`]+)` \\|"), section).stream().map(match -> match.group(1));
    }

    private static Stream<String> codeIn(Path document) throws IOException {
        return matches(CODE, document).map(match -> match.group(1));
    }

    private static Stream<MatchResult> matches(Pattern pattern, Path document) throws IOException {
        return all(pattern, Files.readString(document)).stream();
    }

    private static List<MatchResult> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static List<String> textsOf(Path svg) throws Exception {
        NodeList nodes = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(svg.toFile())
                .getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) texts.add(nodes.item(i).getTextContent());
        return texts;
    }

    private static String textOf(Path folder, String ending) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files(folder, ending)) all.append(Files.readString(file));
        return all.toString();
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
