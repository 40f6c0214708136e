package io.reprise.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.plan.AgentFiles.Skill;
import io.reprise.config.Settings;
import io.reprise.support.Current;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Skills and memory files. */
class AgentFilesIT {
    @TempDir
    private Path folder;

    private Path root;
    private AgentFiles files;

    @BeforeEach
    void begin() throws IOException {
        root = Files.createDirectory(folder.resolve("conf"));
        files = files(Map.of());
    }

    private AgentFiles files(Map<String, String> settings) {
        return new AgentFiles(
                Optional.of(root), Current.always(Settings.with(settings)).map(Settings::run));
    }

    @Test
    void memory_is_the_text_of_the_files_in_their_order_as_it_is_now() throws IOException {
        write("memory/house.md", "We are open from 9 to 5.\n\n");
        write("memory/tone.md", "Be kind.");
        List<String> names = List.of("memory/tone.md", "memory/none.md", "memory/house.md");

        assertThat(files.memory(names)).isEqualTo("Be kind.\n\nWe are open from 9 to 5.");
        write("memory/tone.md", "Be brief.");
        assertThat(files.memory(names)).startsWith("Be brief.");
        assertThat(new AgentFiles(
                                Optional.empty(),
                                Current.always(Settings.defaults().run()))
                        .memory(names))
                .isEmpty();
    }

    @Test
    void memory_has_a_limit_over_all_files() throws IOException {
        write("a.md", "é".repeat(600));
        write("b.md", "b".repeat(600));

        assertThat(files(Map.of("run.memoryBytesMax", "1024")).memory(List.of("a.md", "b.md")))
                .isEqualTo("é".repeat(512));
        assertThat(files(Map.of("run.memoryBytesMax", "1300")).memory(List.of("a.md", "b.md")))
                .endsWith("\n\n" + "b".repeat(100));
    }

    @Test
    void skills_are_files_and_folders_with_their_first_lines() throws IOException {
        write("skills/refund.md", "---\n# How to refund\nAsk first.");
        write("skills/letters/SKILL.md", "Writing letters");
        write("skills/.hidden.md", "no");
        write("skills/notes.txt", "no");
        Files.createDirectory(root.resolve("skills/empty"));

        List<Skill> skills = files.skills("skills");

        assertThat(skills).extracting(Skill::name).containsExactly("letters", "refund");
        assertThat(skills).extracting(Skill::about).containsExactly("Writing letters", "How to refund");
        assertThat(files(Map.of("run.skillsMax", "1")).skills("skills")).hasSize(1);
        assertThat(files.skills("none")).isEmpty();
        assertThat(files.skills("")).isEmpty();
    }

    @Test
    void a_skill_is_read_as_it_is_now_and_an_unknown_one_is_answered_with_those_that_exist() throws IOException {
        write("skills/refund.md", "How to refund");
        SkillTool tool = new SkillTool(files, files.skills("skills"));
        write("skills/refund.md", "Better: " + "x".repeat(2_000));

        assertThat(tool.description()).endsWith("- refund: How to refund");
        assertThat(read(tool, "refund")).startsWith("Better").hasSize(2_008);
        assertThatThrownBy(() -> read(tool, "../secret"))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("- refund: How to refund");
        SkillTool limited = new SkillTool(files(Map.of("run.skillBytesMax", "1024")), tool.skills());
        assertThat(read(limited, "refund")).hasSize(1_024);
        Files.delete(root.resolve("skills/refund.md"));
        assertThatThrownBy(() -> read(tool, "refund")).isInstanceOf(ToolFailure.class);
    }

    @Test
    void links_that_lead_out_of_the_folder_are_not_followed() throws IOException {
        Files.writeString(folder.resolve("secret.md"), "secret");
        Files.createDirectory(root.resolve("skills"));
        Files.createSymbolicLink(root.resolve("skills/link.md"), folder.resolve("secret.md"));
        Files.createSymbolicLink(root.resolve("out"), folder);

        assertThat(files.skills("skills")).isEmpty();
        assertThat(files.skills("out")).isEmpty();
        assertThat(files.memory(List.of("skills/link.md", "out/secret.md"))).isEmpty();
    }

    private static String read(SkillTool tool, String name) {
        return tool.call(new ToolCall("t1", "s1", "ada", "{\"name\":\"" + name + "\"}"), null)
                .text();
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
