package io.reprise.catalog.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.Settings;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries in files beside the settings file. */
class CatalogFilesTest {
    @TempDir
    private Path folder;

    @Test
    void each_folder_has_entries_of_its_kind_with_the_names_of_the_files() throws IOException {
        write("providers/house.yaml", "type: ollama\n");
        write("models/large.yaml", "provider: house\nname: llama\nextra:\n  top_k: 5\n");
        write("agents/helper.yaml", "model: large\ntools: [now]\n");
        write("prompts/brief.md", "Be brief.\n");

        CatalogFiles read = read();

        assertThat(read.problems()).isEmpty();
        assertThat(read.entries())
                .extracting(Entry::key)
                .containsExactlyInAnyOrder(
                        new EntryKey(Kind.PROVIDER, "house"),
                        new EntryKey(Kind.MODEL, "large"),
                        new EntryKey(Kind.AGENT, "helper"),
                        new EntryKey(Kind.PROMPT, "brief"));
        assertThat(body(read, Kind.MODEL)).containsEntry("extra", Map.of("top_k", 5));
        assertThat(body(read, Kind.PROMPT)).isEqualTo(Map.of("text", "Be brief."));
    }

    @Test
    void a_prompt_may_begin_with_settings() throws IOException {
        write("prompts/brief.md", "---\nstatus: testing\nnote: shorter\n---\nBe brief.\n---\nAlways.\n");

        assertThat(body(read(), Kind.PROMPT))
                .isEqualTo(Map.of("status", "testing", "note", "shorter", "text", "Be brief.\n---\nAlways."));
    }

    @Test
    void a_file_with_another_ending_of_yaml_is_a_problem_and_not_left_out() throws IOException {
        write("models/large.yml", "provider: default\nname: llama\n");

        assertThat(read().problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.fault()).isEqualTo("the name of the file must end with .yaml"));
    }

    @Test
    void a_folder_that_cannot_be_read_is_a_problem_and_not_an_empty_one() {
        FileText closed = new FileText("conf/agents/", "", "cannot be read: permission denied");

        assertThat(CatalogFiles.of(List.of(closed), new EntryReader(new ProviderTypes()))
                        .problems())
                .singleElement()
                .asString()
                .isEqualTo("the folder: cannot be read: permission denied (conf/agents/)");
    }

    @Test
    void problems_of_all_files_are_told_with_file_and_line() throws IOException {
        write("models/large.yaml", "provider: house\n\ntemperature: 3\n");
        write("agents/helper.yaml", "titel: Helper\n");
        write("prompts/empty.md", "---\nstatus: testing\nnotes: wrong\n---\n");
        write("providers/Not A Name.yaml", "type: demo\n");

        List<String> problems =
                read().problems().stream().map(SettingsProblem::toString).toList();

        assertThat(problems)
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("model large: temperature")
                        .contains("large.yaml, line 3"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("agent helper: titel").contains("helper.yaml, line 1", "title"))
                .anySatisfy(problem -> assertThat(problem).startsWith("prompt empty: text"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("prompt empty: notes").contains("empty.md, line 3"))
                .anySatisfy(problem -> assertThat(problem).contains("Not A Name.yaml", "name of the file"));
    }

    /** Symptom: a file took the place of the settings below {@code model} without a word. */
    @ParameterizedTest
    @CsvSource({
        "providers/default.yaml, type: demo, provider default",
        "models/default.yaml, provider: default, model default"
    })
    void a_file_cannot_have_the_name_of_the_entry_of_the_settings(String file, String text, String entry)
            throws IOException {
        write(file, text + "\n");

        assertThat(together(Settings.defaults()))
                .singleElement()
                .asString()
                .startsWith(entry + ": the settings below model are an entry with this name; choose another name (")
                .endsWith(file + ")");
    }

    @Test
    void a_file_may_replace_the_agent_and_the_prompt_that_are_there_without_it() throws IOException {
        write("agents/default.yaml", "title: Ours\n");
        write("prompts/default.md", "Be brief.\n");

        assertThat(together(Settings.with(Map.of("model.systemPrompt", "Be long."))))
                .isEmpty();
    }

    /** As at a reload, and as it is checked before the start. */
    private List<SettingsProblem> together(Settings settings) {
        EntryReader reader = new EntryReader(new ProviderTypes());
        List<FileText> files = new CatalogFolder(folder).read();
        CatalogFiles read = CatalogFiles.of(files, reader);
        List<SettingsProblem> atReload = new LiveCatalog(null, reader, () -> {})
                .prepare(read.beside(settings.model()), read.sources())
                .problems();
        assertThat(CatalogFiles.problems(files, settings.model(), reader)).isEqualTo(atReload);
        return atReload;
    }

    @Test
    void files_that_editors_leave_behind_and_other_folders_are_not_read() throws IOException {
        write("models/.large.yaml.swp", "x");
        write("models/.hidden.yaml", "x");
        write("models/large.yaml~", "x");
        write("models/notes.txt", "x");
        write("grafana/board.yaml", "x");
        Files.createDirectories(folder.resolve("models/deeper.yaml"));

        assertThat(new CatalogFolder(folder).read()).isEmpty();
    }

    private CatalogFiles read() {
        List<FileText> files = new CatalogFolder(folder).read();
        return CatalogFiles.of(files, new EntryReader(new ProviderTypes()));
    }

    private static Map<String, Object> body(CatalogFiles read, Kind kind) {
        return read.entries().stream()
                .filter(entry -> entry.key().kind() == kind)
                .findFirst()
                .orElseThrow()
                .body();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
