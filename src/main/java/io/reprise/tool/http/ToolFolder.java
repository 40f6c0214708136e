package io.reprise.tool.http;

import io.reprise.config.read.FileText;
import java.nio.file.Path;
import java.util.List;

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

    /** All files with their content, by name, or the folder if it cannot be read. Names that begin with a dot, and what editors leave behind, are not read. */
    public static List<FileText> read(Path folder) {
        return FileText.readAll(folder, name -> ENDINGS.stream().anyMatch(name::endsWith), FILES_MAX);
    }
}
