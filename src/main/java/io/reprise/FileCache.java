package io.reprise;

import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache folder for files from jars. Vert.x deletes it on exit, but not after a kill; therefore it is named after
 * the process, and the next start deletes it.
 */
record FileCache(Path temporary) {
    private static final Logger log = LoggerFactory.getLogger(FileCache.class);
    private static final String PREFIX = "reprise-cache-";

    /** Vert.x appends a number to this prefix. */
    private static final Pattern NAME = Pattern.compile(PREFIX + "(?<pid>[0-9]{1,10})-.*");

    /** The system property of Vert.x for this folder. */
    private static final String CHOSEN = "vertx.cacheDirBase";

    static FileCache ofThisMachine() {
        return new FileCache(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Sets the folder, unless it was set by the system property of Vert.x. */
    VertxOptions options() {
        VertxOptions options =
                new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
        if (System.getProperty(CHOSEN) != null) return options;
        deleteLeft();
        Path own = temporary.resolve(PREFIX + ProcessHandle.current().pid());
        return options.setFileSystemOptions(new FileSystemOptions().setFileCacheDir(own.toString()));
    }

    /** Deletes the folders of processes that have ended. */
    void deleteLeft() {
        try (var children = Files.list(temporary)) {
            children.filter(FileCache::isLeft).forEach(FileCache::delete);
        } catch (IOException e) {
            notDeleted(temporary, e);
        }
    }

    private static boolean isLeft(Path folder) {
        Matcher name = NAME.matcher(folder.getFileName().toString());
        return name.matches()
                && ProcessHandle.of(Long.parseLong(name.group("pid"))).isEmpty();
    }

    private static void delete(Path folder) {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        } catch (IOException e) {
            // It belongs to another user, or another start is deleting it.
            notDeleted(folder, e);
        }
    }

    private static void notDeleted(Path folder, IOException cause) {
        log.atDebug()
                .addKeyValue("folder", folder)
                .addKeyValue("cause", cause.toString())
                .log("deleting cached files failed");
    }
}
