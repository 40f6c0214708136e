package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Scripts for Node that read JSON, and whose last line is JSON. They find packages of npm in their first argument. */
public final class NodeScript {
    private NodeScript() {}

    /** @param name of the script among those that support tests */
    public static JsonObject run(String name, JsonObject input) {
        return run(name, input, NpmPackages.folder());
    }

    /** @param packages where it finds packages of npm */
    public static JsonObject run(String name, JsonObject input, Path packages) {
        Path script = Path.of("src", "test", "js", "support", name);
        try {
            Process node = new ProcessBuilder(Programs.find("node").toString(), script.toString(), packages.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            node.getOutputStream().write(input.encode().getBytes(StandardCharsets.UTF_8));
            node.getOutputStream().close();
            String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor()).as(output).isZero();
            return new JsonObject(output.lines().reduce((before, last) -> last).orElseThrow());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
