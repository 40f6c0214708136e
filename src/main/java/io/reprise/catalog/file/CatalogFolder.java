package io.reprise.catalog.file;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.config.read.FileText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of the catalogue: {@code providers/NAME.yaml}, {@code models/NAME.yaml}, {@code agents/NAME.yaml},
 * {@code mcp-servers/NAME.yaml} and {@code prompts/NAME.md} in the folder of the settings file. Names that begin with a dot, and what editors leave behind,
 * are not read. Blocks.
 */
public final class CatalogFolder {
    /** More files are a mistake, such as a wrong folder. */
    private static final int FILES_MAX = 2_000;

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

    /** All files with their content, by kind and name. */
    public List<FileText> read() {
        List<FileText> found = new ArrayList<>();
        for (Kind kind : Kind.values()) files(kind).values().forEach(file -> found.add(FileText.read(file)));
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
        return new EntryKey(kind, name.substring(0, name.length() - ending(kind).length()));
    }

    private TreeMap<String, Path> files(Kind kind) {
        TreeMap<String, Path> files = new TreeMap<>();
        String ending = ending(kind);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder.resolve(kind.plural()))) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                boolean counts = !name.startsWith(".") && name.endsWith(ending) && Files.isRegularFile(file);
                if (counts && files.size() < FILES_MAX) {
                    files.put(name.substring(0, name.length() - ending.length()), file);
                }
            }
        } catch (NoSuchFileException none) {
            return new TreeMap<>();
        } catch (IOException e) {
            // The folder went while it was read; the next look finds out.
            return files;
        }
        return files;
    }

    static String ending(Kind kind) {
        return kind == Kind.PROMPT ? ".md" : ".yaml";
    }
}
