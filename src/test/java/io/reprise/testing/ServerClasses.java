package io.reprise.testing;

import io.reprise.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * The classes of the server for separate processes, with an archive of the classes loaded at a start, as
 * {@code scripts/run} has it: a start takes a third of the time. Java does not archive classes of folders, so they are
 * put into
 * jars first. Made once in a test process, by the first test that needs it.
 */
final class ServerClasses {
    private static final List<String> OPTIONS = make();

    private ServerClasses() {}

    /** The options for java that name them. */
    static List<String> options() {
        return OPTIONS;
    }

    private static List<String> make() {
        try {
            Path folder = PreparedData.temporary("reprise-test-classes-");
            List<String> classPath = List.of("-cp", classPath(folder));
            List<String> archive = List.of("-XX:SharedArchiveFile=" + folder.resolve("server.jsa"), "-Xlog:disable");
            List<String> making = new ArrayList<>(classPath);
            making.addAll(List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("server.jsa"), "-Xlog:disable"));
            startAndStop(making);
            List<String> options = new ArrayList<>(classPath);
            options.addAll(archive);
            return List.copyOf(options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void startAndStop(List<String> classes) {
        Map<String, String> settings =
                Map.of("database.url", TestDatabase.fresh().reveal(), "shutdown.drainMs", "0");
        try (ServerProcess server = ServerProcess.launch(classes, settings, List.of(), Main.class)) {
            try (TestClient tab = server.client("ada")) {
                String session = tab.create();
                tab.attachLive(session);
                tab.awaitEnd(session, tab.send(session, "/echo x").getString("run"));
            }
            server.signal("TERM");
            server.awaitExit();
        }
    }

    private static String classPath(Path folder) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path path = Path.of(entry);
            if (!Files.isDirectory(path)) entries.add(entry);
            else entries.add(jar(path, folder.resolve(entries.size() + ".jar")).toString());
        }
        return String.join(java.io.File.pathSeparator, entries);
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (Path path : files.filter(path -> !path.equals(classes)).toList()) {
                String name = classes.relativize(path).toString();
                // Code that searches for all files of a folder in it needs the folder's own entry.
                out.putNextEntry(new JarEntry(Files.isDirectory(path) ? name + "/" : name));
                if (Files.isRegularFile(path)) Files.copy(path, out);
                out.closeEntry();
            }
        }
        return jar;
    }
}
