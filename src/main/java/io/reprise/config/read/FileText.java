package io.reprise.config.read;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The content of a settings file at one moment. Two of the same content are equal, whatever the times of the files are.
 *
 * @param name the path as it is shown
 * @param text empty if the file could not be read
 * @param fault why it could not be read; null if it could
 */
public record FileText(String name, String text, String fault) {
    private static final int BYTES_MAX = 1_048_576;
    private static final String DENIED = "cannot be read: permission denied";

    public static FileText of(String name, String text) {
        return new FileText(name, text, null);
    }

    /** Reads the file. Blocks. */
    public static FileText read(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                return new FileText(file.toString(), "", "is longer than " + BYTES_MAX + " bytes");
            }
            return of(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            return new FileText(file.toString(), "", "does not exist");
        } catch (AccessDeniedException e) {
            return new FileText(file.toString(), "", DENIED);
        } catch (IOException e) {
            return new FileText(file.toString(), "", "cannot be read as UTF-8 text");
        }
    }

    /**
     * Reads the files of a folder, in the order of their names. If the folder is there but cannot be read, the only one
     * is the folder itself with the reason, because nobody knows what is in it. Blocks.
     *
     * @param counts by the name of a file; names that begin with a dot, and what is no file, never count
     * @param filesMax most of them; the others are left out
     */
    public static List<FileText> readAll(Path folder, Predicate<String> counts, int filesMax) {
        TreeSet<Path> found = new TreeSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                boolean named = !name.startsWith(".") && counts.test(name);
                if (named && isFile(file) && found.size() < filesMax) found.add(file);
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (AccessDeniedException e) {
            return List.of(new FileText(folder + "/", "", DENIED));
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(new FileText(folder + "/", "", "cannot be read"));
        }
        return found.stream().map(FileText::read).toList();
    }

    /** Also if nobody may look at it, so that it is told and not missed. */
    private static boolean isFile(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).isRegularFile();
        } catch (AccessDeniedException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it stands for a folder that cannot be read. */
    public boolean isFolder() {
        return name.endsWith("/");
    }
}
