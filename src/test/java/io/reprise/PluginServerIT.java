package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.ModelProvider;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** The example project of the document about plug-ins is built, and a whole server answers with it. */
class PluginServerIT {
    private static final Path DOCUMENT = Path.of("webroot", "docs", "extending.md");

    @TempDir
    private Path folder;

    private Path project;

    @BeforeEach
    void make() throws IOException {
        project = folder.resolve("echo-provider");
        write("pom.xml", block("xml", "<artifactId>echo-provider</artifactId>"));
        write("src/main/java/com/example/EchoProvider.java", block("java", "implements ModelProvider"));
        write(
                "src/main/resources/META-INF/services/" + ModelProvider.class.getName(),
                block("text", "com.example.EchoProvider"));
    }

    @Test
    void a_server_with_the_plug_in_answers_with_it() throws Exception {
        Path home = Files.createDirectories(folder.resolve("server"));
        Files.createSymbolicLink(home.resolve("webroot"), Path.of("webroot").toAbsolutePath());
        Files.createDirectories(home.resolve("conf/providers"));
        Files.createDirectories(home.resolve("conf/models"));
        Files.createDirectories(home.resolve("plugins"));
        Files.writeString(home.resolve("conf/reprise.yaml"), "");
        Files.writeString(home.resolve("conf/providers/parrot.yaml"), block("yaml", "type: echo"));
        Files.writeString(home.resolve("conf/models/parrot.yaml"), block("yaml", "provider: parrot"));
        build(home.resolve("plugins/echo-provider.jar"));
        Map<String, String> settings =
                Map.of("database.url", TestDatabase.fresh().reveal(), "sessions.titles", "off");

        try (ServerProcess server = ServerProcess.startIn(home, settings, Map.of("ECHO_KEY", "k"));
                TestClient ada = server.client("ada")) {
            String session = ada.create();
            ada.attachLive(session);
            String run = ada.send(session, "hello").getString("run");
            ada.awaitEnd(session, run);

            assertThat(ada.text(session, run)).isEqualTo("I heard: hello");
            assertThat(server.call("GET", "/api/v1/catalog/schemas", server.token("root", "admin"), null)
                            .body())
                    .as("its settings are in the form of the page")
                    .contains("\"echo\"", "\"prefix\"");
        }
    }

    @Test
    void the_build_file_of_the_example_names_this_server() throws Exception {
        Element example = pom(project.resolve("pom.xml"));
        Element dependency =
                (Element) example.getElementsByTagName("dependency").item(0);
        Element own = pom(Path.of("pom.xml"));

        for (String name : new String[] {"groupId", "artifactId", "version"}) {
            assertThat(text(dependency, name)).isEqualTo(text(own, name));
        }
        assertThat(text(dependency, "scope")).isEqualTo("provided");
        assertThat(text(example, "maven.compiler.release")).isEqualTo(text(own, "maven.compiler.release"));
    }

    private static Element pom(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    private static String text(Element in, String name) {
        return in.getElementsByTagName(name).item(0).getTextContent();
    }

    /** As the build file does it: classes of the sources, resources beside them. */
    private void build(Path jar) throws IOException {
        Path classes = Files.createDirectories(project.resolve("target/classes"));
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        System.err,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        project.resolve("src/main/java/com/example/EchoProvider.java")
                                .toString());
        assertThat(code).isZero();
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream all = new JarOutputStream(out)) {
            for (Path root : new Path[] {classes, project.resolve("src/main/resources")}) {
                try (Stream<Path> files = Files.walk(root)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        all.putNextEntry(new JarEntry(root.relativize(file).toString()));
                        all.write(Files.readAllBytes(file));
                    }
                }
            }
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** The first block of a language that contains a text. */
    private static String block(String language, String text) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(found -> found.group(1))
                .filter(found -> found.contains(text))
                .findFirst()
                .orElseThrow();
    }
}
