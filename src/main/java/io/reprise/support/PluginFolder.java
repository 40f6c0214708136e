package io.reprise.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The folder with plug-ins: each JAR file in it is on the class path of plug-ins. */
public final class PluginFolder {
    /** In the working directory. */
    public static final Path USUAL = Path.of("plugins");

    private PluginFolder() {}

    /** A loader of the server and of what is in the folder, which need not exist. Its files stay open. */
    public static ClassLoader loader(Path folder) {
        ClassLoader own = PluginFolder.class.getClassLoader();
        if (!Files.isDirectory(folder)) return own;
        try (Stream<Path> files = Files.list(folder)) {
            List<URL> jars = new ArrayList<>();
            for (Path file : files.filter(name -> name.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(file.toUri().toURL());
            }
            return jars.isEmpty() ? own : new URLClassLoader("plugins", jars.toArray(URL[]::new), own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
