package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.config.model.Connection;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.YamlFile;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelProvider;
import io.reprise.model.ModelRequest;
import io.reprise.model.RecordingSink;
import io.reprise.support.PluginFolder;
import io.reprise.support.StopSignal;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the documents is compiled and used as a plug-in. */
class PluginTest {
    private static final Path DOCUMENT = Path.of("webroot", "docs", "extending.md");

    @TempDir
    private Path folder;

    @Test
    void the_example_of_the_documents_is_a_plug_in() throws Exception {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        jar(compiled(block("java", "ModelProvider")), plugins.resolve("echo.jar"));

        try (URLClassLoader loader = (URLClassLoader) PluginFolder.loader(plugins)) {
            Models models = Models.load(loader);
            SettingsReader reader = reader(block("yaml", "type: echo"));
            ProviderSettings provider = models.types().read(reader.section("entry"));
            ChatModel model = models.of(provider, options(), Map.of("ECHO_KEY", "k"), null);
            RecordingSink sink = new RecordingSink();
            model.stream(
                    new ModelRequest(List.of(new User("hello")), List.of(), new ModelRequest.Limits(1_000, 1_000)),
                    sink,
                    new StopSignal());

            assertThat(reader.problems()).isEmpty();
            assertThat(model.provider()).isEqualTo("echo");
            assertThat(sink.said()).isEqualTo("I heard: hello");
        }
    }

    @Test
    void without_a_folder_there_are_the_types_of_the_server() {
        assertThat(Models.load(PluginFolder.loader(folder.resolve("none")))
                        .types()
                        .names())
                .containsExactlyElementsOf(new Models(List.of()).types().names());
    }

    @Test
    void a_type_exists_once() {
        assertThatThrownBy(() -> new Models(List.of(named("openai")))).hasMessageContaining("exists already: openai");
        assertThatThrownBy(() -> new Models(List.of(named("mine"), named("mine"))))
                .hasMessageContaining("two plug-ins");
        assertThatThrownBy(() -> new Models(List.of())
                        .of(
                                new ProviderSettings.Other("gone", Map.of(), Optional.empty(), Connection.STANDARD),
                                options(),
                                Map.of(),
                                null))
                .hasMessageContaining("no plug-in for providers of type gone");
    }

    private static ModelProvider named(String type) {
        return (ModelProvider) Proxy.newProxyInstance(
                PluginTest.class.getClassLoader(), new Class<?>[] {ModelProvider.class}, (self, method, given) -> type);
    }

    private static ModelOptions options() {
        return ModelOptions.read(reader("name: parrot").section("entry"));
    }

    private static SettingsReader reader(String yaml) {
        return SettingsReader.of(YamlFile.read(FileText.of("entry.yaml", "entry:\n" + yaml.indent(2))), Map.of());
    }

    /** The first block of a language that contains a text. */
    private static String block(String language, String text) throws Exception {
        Matcher blocks =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT));
        return blocks.results()
                .map(block -> block.group(1))
                .filter(block -> block.contains(text))
                .findFirst()
                .orElseThrow();
    }

    private Path compiled(String source) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path file = Files.writeString(folder.resolve("EchoProvider.java"), source);
        String path = System.getProperty("java.class.path");
        int code = ToolProvider.getSystemJavaCompiler()
                .run(null, null, System.err, "-proc:none", "-cp", path, "-d", classes.toString(), file.toString());
        assertThat(code).isZero();
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(ModelProvider.class.getName()), "com.example.EchoProvider\n");
        return classes;
    }

    private static void jar(Path classes, Path jar) throws Exception {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream all = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                all.write(Files.readAllBytes(file));
            }
        }
    }
}
