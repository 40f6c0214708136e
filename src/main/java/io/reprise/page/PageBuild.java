package io.reprise.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Builds the page that is served: a few files whose names contain a hash of their content, so that browsers may cache them
 * forever, each also in compressed form. Arguments: the webroot, and the folder to write to.
 */
public final class PageBuild {
    /** The names of the written files, one per line; the server reads it. */
    private static final String LIST = "files.txt";

    private static final String ENTRY = "js/main.js";
    private static final int HASH_CHARS = 12;

    private static final Pattern STYLESHEET = Pattern.compile("\\s*<link rel=\"stylesheet\" href=\"/([^\"]+)\">");
    private static final Pattern FONT = Pattern.compile("/(fonts/[a-z-]+\\.woff2)");
    private static final Pattern CSS_COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
    private static final String EARLY = "js/theme-early.js";

    /** Scripts of libraries that modules load on demand. */
    private static final Pattern SCRIPT = Pattern.compile("'/(webjars/[^'\\s]+/([a-z]+)\\.min\\.js)'");

    /** Style sheets that come with modules that are loaded later. */
    private static final Pattern STYLE = Pattern.compile("'/(css/([a-z-]+)\\.css)'");

    private final Path webroot;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> fonts = new HashMap<>();

    private PageBuild(Path webroot) {
        this.webroot = webroot;
    }

    public static void main(String[] arguments) throws IOException {
        PageBuild build = new PageBuild(Path.of(arguments[0]));
        build.make();
        build.write(Path.of(arguments[1]));
    }

    private void make() {
        String page = source("index.html");
        Map<String, String> scripts = scripts();
        StringBuilder styles = new StringBuilder();
        STYLESHEET.matcher(page).results().forEach(found -> styles.append(style(found.group(1))));
        String style = asset("page", ".css", withFonts(styles.toString()));
        String early = asset("theme-early", ".js", source(EARLY));
        page = STYLESHEET.matcher(page).replaceFirst("@style@");
        page = STYLESHEET.matcher(page).replaceAll("");
        page = page.replace("@style@", "\n  <link rel=\"stylesheet\" href=\"" + style + "\">")
                .replace("/" + EARLY, early)
                .replace("/" + ENTRY, scripts.get(ENTRY));
        files.put("index.html", bytes(withFonts(page)));
    }

    private String style(String path) {
        return CSS_COMMENT.matcher(source(path)).replaceAll("").strip() + "\n";
    }

    private String withFonts(String text) {
        return FONT.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(fonts.computeIfAbsent(
                        found.group(1),
                        path -> asset(path.replaceAll(".*/|\\.woff2$", ""), ".woff2", read(webroot.resolve(path))))));
    }

    /** Writes the script of the page and the scripts that it loads later; returns their addresses by the paths of the modules. */
    private Map<String, String> scripts() {
        Bundle first = new Bundle(this::source, Set.of());
        Set<String> loaded = first.add(ENTRY);
        // In two files it would be there twice, with all that it remembers.
        inSeveral(later(first, loaded)).forEach(first::add);
        Map<String, Bundle> later = later(first, loaded);
        Set<String> shared = new TreeSet<>();
        later.values().forEach(bundle -> shared.addAll(bundle.taken()));

        // The files refer to each other, so all their names contain one hash over all of them.
        String unnamed = written(first, later, shared, path -> "").values().stream()
                .map(Bundle.Written::text)
                .reduce("", String::concat);
        String hash = hash(bytes(unnamed));
        Map<String, String> addresses = new HashMap<>();
        written(first, later, shared, path -> address(path, hash)).forEach((path, script) -> {
            String address = address(path, hash);
            addresses.put(path, address);
            String mapped = script.text() + "//# sourceMappingURL=" + address.replaceAll(".*/", "") + ".map\n";
            files.put(address.substring(1), bytes(mapped));
            files.put(address.substring(1) + ".map", bytes(script.map()));
        });
        return addresses;
    }

    private Map<String, Bundle> later(Bundle first, Set<String> loaded) {
        Map<String, Bundle> later = new TreeMap<>();
        for (String path : first.lazy()) {
            Bundle bundle = new Bundle(this::source, loaded);
            bundle.add(path);
            later.put(path, bundle);
        }
        return later;
    }

    private static Set<String> inSeveral(Map<String, Bundle> later) {
        Set<String> known = new HashSet<>();
        Set<String> several = new TreeSet<>();
        for (Bundle bundle : later.values()) {
            for (String path : bundle.paths()) if (!known.add(path)) several.add(path);
        }
        return several;
    }

    private static Map<String, Bundle.Written> written(
            Bundle first, Map<String, Bundle> later, Set<String> shared, UnaryOperator<String> name) {
        Map<String, String> addresses = new HashMap<>();
        later.keySet().forEach(path -> addresses.put(path, name.apply(path)));
        Map<String, Bundle.Written> written = new TreeMap<>();
        written.put(ENTRY, first.write(addresses, null, shared));
        later.forEach((path, bundle) -> written.put(path, bundle.write(addresses, name.apply(ENTRY), Set.of())));
        return written;
    }

    private static String address(String path, String hash) {
        return "/assets/" + path.replaceAll(".*/|\\.js$", "") + "-" + hash + ".js";
    }

    private String asset(String name, String extension, String text) {
        return asset(name, extension, bytes(text));
    }

    /** Returns its address. */
    private String asset(String name, String extension, byte[] content) {
        String path = "assets/" + name + "-" + hash(content) + extension;
        files.put(path, content);
        return "/" + path;
    }

    /** The address of a script of a library, which is served compressed like the scripts of the page. */
    private String script(String name, String path) {
        return asset(name, ".js", source(path));
    }

    /** Reads files of the page from the webroot, and files of libraries from the class path. */
    private String source(String path) {
        if (!path.startsWith("webjars/")) {
            String own = new String(read(webroot.resolve(path)), StandardCharsets.UTF_8);
            String scripted =
                    SCRIPT.matcher(own).replaceAll(found -> "'" + script(found.group(2), found.group(1)) + "'");
            return STYLE.matcher(scripted)
                    .replaceAll(found -> "'" + asset(found.group(2), ".css", style(found.group(1))) + "'");
        }
        try (InputStream in = PageBuild.class.getResourceAsStream("/META-INF/resources/" + path)) {
            if (in == null) throw new IllegalArgumentException("there is no library " + path);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var old = Files.walk(folder)) {
                for (Path path : old.filter(Files::isRegularFile).toList()) Files.delete(path);
            }
        }
        Files.createDirectories(folder.resolve("assets"));
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
            names.add(file.getKey());
            if (file.getKey().endsWith(".woff2")) continue; // It is compressed as it is.
            Files.write(folder.resolve(file.getKey() + ".gz"), compressed(file.getValue()));
        }
        Files.writeString(folder.resolve(LIST), String.join("\n", names) + "\n");
    }

    private static byte[] compressed(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream zip = new Gzip(bytes)) {
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    /** Compresses as much as possible, because a file is compressed once and sent often. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream to) throws IOException {
            super(to);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
