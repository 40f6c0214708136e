package io.reprise.catalog.file;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.config.read.FileText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of the catalogue: {@code providers/NAME.yaml}, {@code models/NAME.yaml}, {@code agents/NAME.yaml},
 * {@code mcp-servers/NAME.yaml}, {@code middleware/NAME.yaml} and {@code prompts/NAME.md} in the folder of the settings
 * file. Files named {@code NAME.yml} are read, to be reported; names that begin with a dot, and what editors leave behind,
 * are not. Blocks.
 */
public final class CatalogFolder {
    /** More files are a mistake, such as a wrong folder. */
    private static final int FILES_MAX = 2_000;

    /** A usual ending of YAML, which no file may have here: two files could have the same name. */
    private static final String OTHER_ENDING = ".yml";

    private final Path folder;

    /** @param folder of the settings file */
    public CatalogFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder in which this settings file is. */
    public static CatalogFolder beside(Path settingsFile) {
        return new CatalogFolder(settingsFile.toAbsolutePath().getParent());
    }

    /** The folders, whether they exist or not. */
    public List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        for (Kind kind : Kind.values()) folders.add(folder.resolve(kind.plural()));
        return folders;
    }

    /** All files with their content, by kind and name, and the folders that cannot be read. */
    public List<FileText> read() {
        List<FileText> found = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            String ending = ending(kind);
            found.addAll(FileText.readAll(
                    folder.resolve(kind.plural()),
                    name -> name.endsWith(ending) || name.endsWith(OTHER_ENDING),
                    FILES_MAX));
        }
        return found;
    }

    /** The entry that a file is for. */
    static EntryKey key(FileText file) {
        Path path = Path.of(file.name());
        String folder = path.getParent().getFileName().toString();
        Kind kind = Stream.of(Kind.values())
                .filter(one -> one.plural().equals(folder))
                .findFirst()
                .orElseThrow();
        String name = path.getFileName().toString();
        return new EntryKey(kind, name.substring(0, name.lastIndexOf('.')));
    }

    /** Whether its name ends as names of files of this kind must. */
    static boolean endsRight(FileText file, Kind kind) {
        return file.name().endsWith(ending(kind));
    }

    static String ending(Kind kind) {
        return kind == Kind.PROMPT ? ".md" : ".yaml";
    }
}
