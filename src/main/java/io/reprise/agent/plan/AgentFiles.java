package io.reprise.agent.plan;

import io.reprise.config.RunSettings;
import io.reprise.support.Current;
import io.reprise.support.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that agents read, below the folder of the settings file. They are read when a run begins or asks for them, so a
 * change needs no reload. Blocks.
 */
public final class AgentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(AgentFiles.class);
    private static final String ENDING = ".md";
    private static final String FOLDER_FILE = "SKILL.md";
    private static final int LINE_CHARACTERS_MAX = 160;

    private final Optional<Path> root;
    private final Current<RunSettings> limits;

    /** @param root the folder of the settings file; empty if there is none, so that there are no files */
    public AgentFiles(Optional<Path> root, Current<RunSettings> limits) {
        this.root = root.map(Path::toAbsolutePath).map(Path::normalize);
        this.limits = limits;
    }

    /**
     * Something that an agent can read when it needs it.
     *
     * @param name of the file without its ending, or of its folder
     * @param about its first line that says something
     */
    record Skill(String name, String about, Path file) {}

    /** The texts of these files, as far as they exist and fit. */
    String memory(List<String> names) {
        StringBuilder texts = new StringBuilder();
        int bytesLeft = limits.get().memoryBytesMax();
        for (String name : names) {
            Optional<String> text =
                    inside(name).flatMap(file -> read(file, limits.get().memoryBytesMax()));
            if (text.isEmpty()) {
                tell("a memory file of an agent cannot be read", name);
                continue;
            }
            String cut = Texts.cutToBytes(text.get().strip(), bytesLeft);
            if (cut.length() < text.get().strip().length()) tell("a memory file of an agent is cut at its limit", name);
            if (cut.isEmpty()) continue;
            bytesLeft -= Texts.utf8Bytes(cut);
            if (!texts.isEmpty()) texts.append("\n\n");
            texts.append(cut);
        }
        return texts.toString();
    }

    /** The skills in a folder, by name; those above the limit are left out. */
    List<Skill> skills(String folder) {
        if (folder.isEmpty()) return List.of();
        Optional<Path> inside = inside(folder).filter(Files::isDirectory);
        if (inside.isEmpty()) {
            tell("the folder with skills of an agent cannot be read", folder);
            return List.of();
        }
        List<Skill> skills = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(inside.get())) {
            for (Path entry : entries) skill(folder, entry).ifPresent(skills::add);
        } catch (IOException e) {
            tell("the folder with skills of an agent cannot be read", folder);
        }
        skills.sort(Comparator.comparing(Skill::name));
        int most = limits.get().skillsMax();
        if (skills.size() <= most) return skills;
        tell("an agent has more skills than allowed; the others are left out", folder);
        return skills.subList(0, most);
    }

    private Optional<Skill> skill(String folder, Path entry) {
        String name = entry.getFileName().toString();
        if (name.startsWith(".")) return Optional.empty();
        boolean own = Files.isDirectory(entry);
        if (!own && !name.endsWith(ENDING)) return Optional.empty();
        String path = folder + "/" + name + (own ? "/" + FOLDER_FILE : "");
        String called = own ? name : name.substring(0, name.length() - ENDING.length());
        return inside(path)
                .flatMap(file ->
                        read(file, limits.get().skillBytesMax()).map(text -> new Skill(called, about(text), file)));
    }

    /** The text of a skill, cut at its limit; empty if it does not exist any more. */
    Optional<String> text(Skill skill) {
        return read(skill.file(), limits.get().skillBytesMax());
    }

    private static String about(String text) {
        return text.lines()
                .map(line -> line.replaceFirst("^#+", "").strip())
                .filter(line -> !line.isEmpty() && !line.equals("---"))
                .findFirst()
                .map(line -> line.length() <= LINE_CHARACTERS_MAX ? line : line.substring(0, LINE_CHARACTERS_MAX))
                .orElse("");
    }

    /** The file, unless it is somewhere else: links that lead out of the folder count as missing. */
    private Optional<Path> inside(String name) {
        if (root.isEmpty()) return Optional.empty();
        try {
            Path real = root.get().resolve(name).toRealPath();
            return real.startsWith(root.get().toRealPath()) ? Optional.of(real) : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file, int bytesMax) {
        if (!Files.isRegularFile(file)) return Optional.empty();
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(bytesMax + 1), StandardCharsets.UTF_8);
            return Optional.of(Texts.wellFormed(Texts.cutToBytes(text, bytesMax)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void tell(String what, String name) {
        LOG.atWarn().setMessage(what).addKeyValue("name", name).log();
    }
}
