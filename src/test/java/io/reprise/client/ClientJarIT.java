package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Shell;
import io.reprise.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client as a jar of its own: it contains nothing else, and the program of the documents runs with it. */
class ClientJarIT {
    private static final Path JAR = Path.of("target", "reprise-client.jar").toAbsolutePath();
    private static final Path LIBRARIES = Path.of("target", "lib").toAbsolutePath();
    private static final Pattern PROGRAM = Pattern.compile("(?s)```java\n(.*?class Ask .*?)```");

    @TempDir
    private Path folder;

    @Test
    void the_jar_contains_only_the_client() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(entry -> entry.getName()))
                    .contains("io/reprise/client/RepriseClient.class")
                    .allMatch(name -> name.startsWith("io/reprise/client/") || name.startsWith("META-INF/"));
        }
    }

    @Test
    void the_program_of_the_documents_runs_with_vertx_core_and_jackson_core_only() throws IOException {
        Matcher program = PROGRAM.matcher(Files.readString(Path.of("webroot", "docs", "clients.md")));
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(folder.resolve("Ask.java"), program.group(1));
        try (TestServer server = TestServer.start(Map.of())) {
            List<String> words = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    classPath(),
                    source.toString(),
                    "ws://127.0.0.1:" + server.port() + "/ws",
                    "/echo the answer");

            Shell.Ended ended = Shell.run(folder, Map.of("REPRISE_TOKEN", server.token("ada")), words);

            assertThat(ended.code()).as("%s", ended).isZero();
            assertThat(ended.out()).as("%s", ended).isEqualTo("the answer\n");
        }
    }

    static String classPath() throws IOException {
        try (Stream<Path> libraries = Files.list(LIBRARIES)) {
            return Stream.concat(
                            Stream.of(JAR),
                            libraries.filter(file ->
                                    file.getFileName().toString().matches("(vertx-core|netty-|jackson-core-).*")))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
