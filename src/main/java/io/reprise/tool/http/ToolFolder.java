package io.reprise.tool.http;

import io.reprise.config.read.FileText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The files of tools: {@code tools/NAME.yaml}, {@code .yml} or {@code .json} in the folder of the settings file. Blocks. */
public final class ToolFolder {
    private static final String NAME = "tools";
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");
    /** More files are a mistake, such as a wrong folder. */
    private static final int FILES_MAX = 500;

    private ToolFolder() {}

    /** Beside this settings file, whether it exists or not. */
    public static Path beside(Path settingsFile) {
        return settingsFile.toAbsolutePath().getParent().resolve(NAME);
    }

    /** All files with their content, by name. Those that begin with a dot, and what editors leave behind, are not read. */
    public static List<FileText> read(Path folder) {
        TreeSet<Path> found = new TreeSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                boolean counts = !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith);
                if (counts && Files.isRegularFile(file) && found.size() < FILES_MAX) found.add(file);
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            // The folder went while it was read; the next look finds out.
        }
        return found.stream().map(FileText::read).toList();
    }
}
