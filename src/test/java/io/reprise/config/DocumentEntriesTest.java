package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.file.CatalogFiles;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The YAML of the documents is read as the server reads it: entries of the catalogue by their first line, settings otherwise. */
class DocumentEntriesTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");
    private static final Pattern ENTRY = Pattern.compile("# (conf/[a-z-]+/[^/ ]+\\.yaml)\n");
    private static final Pattern VARIABLE = Pattern.compile("env:([A-Z_]+)");

    /** The provider of the example of a plug-in. */
    private static final ProviderTypes TYPES =
            new ProviderTypes().with(Map.of("echo", section -> Map.of("prefix", section.text("prefix", ""))));

    @TempDir
    private Path folder;

    private record Block(Path document, String text) {}

    @Test
    void every_example_is_what_the_server_accepts() throws Exception {
        EntryReader reader = new EntryReader(
                TYPES, MiddlewareRegistry.load(getClass().getClassLoader()).types());
        List<String> problems = new ArrayList<>();
        List<String> entries = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        for (Block block : blocks()) {
            MatchResult head = ENTRY.matcher(block.text()).results().findFirst().orElse(null);
            boolean isEntry = head != null && head.start() == 0;
            (isEntry ? entries : settings).add(block.document().toString());
            List<SettingsProblem> found = isEntry
                    ? CatalogFiles.of(List.of(FileText.of(head.group(1), block.text())), reader)
                            .problems()
                    : problemsOf(block.text());
            found.forEach(problem -> problems.add(block.document() + ": " + problem));
        }

        assertThat(problems).isEmpty();
        assertThat(entries).hasSizeGreaterThan(10);
        assertThat(settings).hasSizeGreaterThan(6);
    }

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("webroot", "docs"))) {
            List<Path> documents =
                    new ArrayList<>(files.filter(file -> file.toString().endsWith(".md"))
                            .sorted()
                            .toList());
            documents.add(Path.of("README.md"));
            for (Path document : documents) {
                BLOCK.matcher(Files.readString(document))
                        .results()
                        .forEach(found -> blocks.add(new Block(document, found.group(1))));
            }
        }
        return blocks;
    }

    private List<SettingsProblem> problemsOf(String text) throws Exception {
        Map<String, String> environment = new HashMap<>();
        VARIABLE.matcher(text)
                .results()
                .forEach(name ->
                        environment.put(name.group(1), Base64.getEncoder().encodeToString(new byte[32])));
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"),
                text.replace("/etc/reprise/public.pem", publicKey().toString()));
        LoadedSettings loaded = SettingsSource.of(file, environment).load();
        return loaded instanceof LoadedSettings.Invalid invalid ? invalid.problems() : List.of();
    }

    private Path publicKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        String key = Base64.getMimeEncoder()
                .encodeToString(generator.generateKeyPair().getPublic().getEncoded());
        return Files.writeString(
                folder.resolve("public.pem"), "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n");
    }
}
