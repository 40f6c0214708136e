package io.reprise.page;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One JavaScript module, read as text: what it imports, what it exports, and its code without either.
 *
 * <p>It parses static imports and exports in the forms that the modules of the page and their libraries use, at the beginning
 * of a line or of minified code. It refuses any other form, so that the build fails instead of the page.
 *
 * @param path from the root of the page, such as {@code js/main.js}
 * @param imports in their order; a module may occur twice
 * @param lazy paths of modules that it loads later, by {@code import()}
 * @param exports exported names, and their names inside the module
 * @param reexports names that are exported directly from an import
 * @param code with as many lines as the source
 */
record Module(
        String path,
        List<Import> imports,
        List<String> lazy,
        Map<String, String> exports,
        Map<String, Import> reexports,
        String code) {
    private static final String NAMES = "\\{([^{}]*)}";
    private static final String FROM = "\\s*[\"']([^\"'\\n]+)[\"'];?";

    private static final Pattern IMPORT = Pattern.compile(
            "(?m)(?:(?<=^|;)|(?<=\\*/))import\\s*(?:(?:" + NAMES + "|\\*\\s*as\\s+([\\w$]+))\\s*from)?" + FROM);
    private static final Pattern REEXPORT = Pattern.compile("(?m)(?<=^|;)export\\s*" + NAMES + "\\s*from" + FROM);
    private static final Pattern EXPORT_NAMES = Pattern.compile("(?m)(?:(?<=^|;|})|(?<=\\s))export\\s*" + NAMES + ";?");
    private static final Pattern EXPORT_OF =
            Pattern.compile("(?m)^export (?=(?:const|class|function|async function)\\s*\\*?\\s*([\\w$]+))");
    private static final Pattern LEFT = Pattern.compile("(?m)^(?:import|export)\\b(?!\\()");
    /** What is appended to the address at run time is kept: a query makes a failed address a new one. */
    private static final Pattern LAZY = Pattern.compile("\\bimport\\(\\s*['\"]([^'\"]+)['\"]\\s*(\\+\\s*\\w+\\s*)?\\)");

    private static final Pattern AS = Pattern.compile("\\s+as\\s+");

    /**
     * An import of another module.
     *
     * @param names imported names, and their names in this module
     * @param all name of the namespace import, or null
     */
    record Import(String path, Map<String, String> names, String all) {}

    static Module read(String path, String source) {
        List<Import> imports = new ArrayList<>();
        Map<String, String> exports = new LinkedHashMap<>();
        Map<String, Import> reexports = new LinkedHashMap<>();
        List<String> lazy = new ArrayList<>();
        String code = REEXPORT.matcher(source).replaceAll(found -> {
            String from = resolve(path, found.group(2));
            // The inner name is the name in the other module.
            names(found.group(1)).forEach((inside, outside) -> {
                Import one = new Import(from, Map.of(inside, outside), null);
                reexports.put(outside, one);
                imports.add(new Import(from, Map.of(), null));
            });
            return lines(found.group());
        });
        code = IMPORT.matcher(code).replaceAll(found -> {
            Map<String, String> names = found.group(1) == null ? Map.of() : names(found.group(1));
            imports.add(new Import(resolve(path, found.group(3)), names, found.group(2)));
            return lines(found.group());
        });
        code = EXPORT_OF.matcher(code).replaceAll(found -> {
            exports.put(found.group(1), found.group(1));
            return "";
        });
        code = EXPORT_NAMES.matcher(code).replaceAll(found -> {
            names(found.group(1)).forEach((inside, outside) -> exports.put(outside, inside));
            return lines(found.group());
        });
        Matcher left = LEFT.matcher(code);
        if (left.find()) throw new IllegalArgumentException(path + ": not understood: " + line(code, left.start()));
        LAZY.matcher(code).results().forEach(found -> lazy.add(resolve(path, found.group(1))));
        return new Module(path, imports, lazy, exports, reexports, code);
    }

    /** Parses {@code a, b as c}: the names before and after {@code as}. */
    private static Map<String, String> names(String list) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String part : list.split(",")) {
            if (part.isBlank()) continue;
            String[] pair = AS.split(part.strip());
            names.put(pair[0], pair[pair.length - 1]);
        }
        return names;
    }

    /** The code, in which calls that load a module later request these addresses. */
    String code(Map<String, String> addresses) {
        return LAZY.matcher(code).replaceAll(found -> {
            String address = addresses.get(resolve(path, found.group(1)));
            String appended = found.group(2) == null ? "" : " " + found.group(2).strip();
            return Matcher.quoteReplacement("import('" + address + "'" + appended + ")");
        });
    }

    static String resolve(String from, String to) {
        if (to.startsWith("/")) return to.substring(1);
        if (!to.startsWith(".")) throw new IllegalArgumentException(from + ": imports by a bare name: " + to);
        return URI.create("/" + from).resolve(to).getPath().substring(1);
    }

    /** As many line ends as the text has, so that line numbers stay the same. */
    private static String lines(String text) {
        return "\n".repeat((int) text.chars().filter(c -> c == '\n').count());
    }

    private static String line(String text, int at) {
        return text.substring(at).lines().findFirst().orElse("");
    }
}
