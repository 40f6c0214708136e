package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** AG-UI's own verifier of the events of a run, from npm, in the version that {@code scripts/package-lock.json} pins. */
public final class AguiVerifier {
    private static final Path SCRIPT = Path.of("src", "test", "js", "support", "verify-agui.mjs");

    private AguiVerifier() {}

    /** Fails with the verifier's text if it does not accept all of these runs. */
    public static void assertValid(List<List<JsonObject>> runs) {
        Path packages = NpmPackages.folder();
        Process node = run(
                Path.of("").toAbsolutePath(), Programs.find("node").toString(), SCRIPT.toString(), packages.toString());
        JsonArray input = new JsonArray();
        runs.forEach(events -> input.add(new JsonArray(events)));
        try {
            node.getOutputStream().write(input.encode().getBytes(StandardCharsets.UTF_8));
            node.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonArray verdicts = new JsonArray(output(node));
        assertThat(verdicts).as("a verdict on each run").hasSameSizeAs(runs);
        for (int i = 0; i < runs.size(); i++) {
            assertThat(verdicts.getString(i)).as("%s", runs.get(i)).isNull();
        }
    }

    private static Process run(Path folder, String... words) {
        try {
            return new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String output(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s", output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
