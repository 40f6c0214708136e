package io.reprise.agent.middleware;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.model.ModelRequest;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the documents is compiled and used as a plug-in. */
class PluginMiddlewareTest {
    private static final Path DOCUMENT = Path.of("webroot", "docs", "extending.md");

    @TempDir
    private Path folder;

    @Test
    @SuppressWarnings("rawtypes")
    void the_example_of_the_documents_is_a_plug_in() throws Exception {
        compile(example());
        ScriptedModel model = new ScriptedModel(calls("look {}"), says("done"));

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(MiddlewareRegistry.load(loader).types().names()).contains("counting", "model-retry");
            List<MiddlewareType<?>> found = new ArrayList<>();
            for (MiddlewareType each : ServiceLoader.load(MiddlewareType.class, loader)) found.add(each);
            MiddlewareWorld world = new MiddlewareWorld(found.toArray(MiddlewareType<?>[]::new));
            world.tools.add(new ScriptedTool("look", (call, stop) -> "seen"));
            world.with("counting", "words", "Request").run(model, "go");
        }

        assertThat(model.requests).extracting(ModelRequest::prompt).containsExactly("\n\nRequest 1.", "\n\nRequest 2.");
    }

    @Test
    void a_type_exists_once() {
        assertThatThrownBy(() -> new MiddlewareRegistry(List.of(new io.reprise.agent.middleware.retry.ModelRetry())))
                .hasMessageContaining("exists already: model-retry");
    }

    private static String example() throws Exception {
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT));
        return blocks.results()
                .map(block -> block.group(1))
                .filter(block -> block.contains("MiddlewareType"))
                .findFirst()
                .orElseThrow();
    }

    private void compile(String source) throws Exception {
        Path file = Files.writeString(folder.resolve("Counting.java"), source);
        String path = System.getProperty("java.class.path");
        int code = ToolProvider.getSystemJavaCompiler()
                .run(null, null, System.err, "-proc:none", "-cp", path, "-d", folder.toString(), file.toString());
        assertThat(code).isZero();
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(MiddlewareType.class.getName()), "com.example.Counting\n");
    }
}
