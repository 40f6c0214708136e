package io.reprise.page;

import io.reprise.page.Module.Import;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Combines modules into one file, in the order of their imports. Each module becomes a function that returns its exports, so
 * names of different modules do not collide. A module that is already in another file is imported from there.
 */
final class Bundle {
    /** Modules whose comments and indentation are removed. Comments of libraries are kept, because they contain the licences. */
    private static final String OURS = "js/";

    /** A comment behind code. With quotes in it, it may be part of a text, so it is kept. */
    private static final Pattern REMARK = Pattern.compile("\\s+// [^'\"`]*$");

    private final Function<String, String> sources;
    private final Map<String, Module> modules = new LinkedHashMap<>();
    private final Set<String> elsewhere;

    /**
     * @param sources texts by paths
     * @param elsewhere the modules of the file that is loaded before
     */
    Bundle(Function<String, String> sources, Set<String> elsewhere) {
        this.sources = sources;
        this.elsewhere = elsewhere;
    }

    /** The paths of the modules of this file, each after the modules that it imports. */
    Set<String> add(String entry) {
        add(entry, new ArrayList<>());
        return modules.keySet();
    }

    /** The paths of its modules. */
    Set<String> paths() {
        return modules.keySet();
    }

    /** The modules of the previously loaded file that modules of this file import. */
    List<String> taken() {
        return modules.values().stream()
                .flatMap(module -> module.imports().stream())
                .map(Import::path)
                .filter(elsewhere::contains)
                .distinct()
                .toList();
    }

    /** The modules that modules of this file load later. */
    List<String> lazy() {
        return modules.values().stream()
                .flatMap(module -> module.lazy().stream())
                .distinct()
                .toList();
    }

    private void add(String path, List<String> way) {
        if (modules.containsKey(path) || elsewhere.contains(path)) return;
        if (way.contains(path)) throw new IllegalArgumentException("modules import each other: " + way + ", " + path);
        way.add(path);
        Module module = Module.read(path, sources.apply(path));
        for (Import one : module.imports()) add(one.path(), way);
        way.removeLast();
        modules.put(path, module);
    }

    /**
     * The text of the file and its source map.
     *
     * @param addresses of the modules that are loaded later, by path
     * @param before the address of the file with the modules from elsewhere, or null
     * @param shared modules of this file that other files import
     */
    Written write(Map<String, String> addresses, String before, Set<String> shared) {
        Map<String, String> names = new HashMap<>();
        StringBuilder text = new StringBuilder();
        SourceMap map = new SourceMap();
        List<String> taken = taken();
        StringJoiner imports = new StringJoiner(", ", "import { ", " } from '" + before + "'\n");
        for (String path : taken) {
            names.put(path, "$" + names.size());
            imports.add(exported(path) + " as " + names.get(path));
        }
        if (!taken.isEmpty()) {
            text.append(imports);
            map.skip(1);
        }
        for (Module module : modules.values()) {
            names.put(module.path(), "$" + names.size());
            write(module, names, addresses, text, map);
        }
        for (String path : shared) {
            text.append("export { ")
                    .append(names.get(path))
                    .append(" as ")
                    .append(exported(path))
                    .append(" }\n");
        }
        return new Written(text.toString(), map.json(sources));
    }

    record Written(String text, String map) {}

    private static String exported(String path) {
        return "m_" + path.replaceAll("[^A-Za-z0-9]", "_");
    }

    private static void write(
            Module module,
            Map<String, String> names,
            Map<String, String> addresses,
            StringBuilder text,
            SourceMap map) {
        text.append("const ").append(names.get(module.path())).append(" = (() => {\n");
        map.skip(1);
        for (Import one : module.imports()) {
            String taken = taken(one, names.get(one.path()));
            text.append(taken);
            if (!taken.isEmpty()) map.skip(1);
        }
        String[] lines = module.code(addresses).split("\n", -1);
        boolean ours = module.path().startsWith(OURS);
        boolean comment = false;
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (ours && line.startsWith("/**")) comment = true;
            boolean says = !comment && !line.isEmpty() && !line.startsWith("//#") && !(ours && line.startsWith("// "));
            if (comment && line.endsWith("*/")) comment = false;
            if (!says) continue;
            text.append(ours ? withoutRemark(line) : lines[i]).append('\n');
            map.line(module.path(), i);
        }
        text.append("return {");
        module.exports()
                .forEach((outside, inside) -> text.append(' ')
                        .append(outside)
                        .append(": ")
                        .append(inside)
                        .append(','));
        module.reexports()
                .forEach((outside, one) -> text.append(' ')
                        .append(outside)
                        .append(": ")
                        .append(names.get(one.path()))
                        .append('.')
                        .append(one.names().keySet().iterator().next())
                        .append(','));
        text.append(" }\n})()\n");
        map.skip(2);
    }

    /** Where the code before it has an open quote, it is inside a text, such as an address. */
    private static String withoutRemark(String line) {
        Matcher remark = REMARK.matcher(line);
        if (!remark.find()) return line;
        String code = line.substring(0, remark.start());
        boolean inText = "'\"`"
                .chars()
                .anyMatch(quote -> code.chars().filter(c -> c == quote).count() % 2 != 0);
        return inText ? line : code;
    }

    private static String taken(Import one, String from) {
        if (one.all() != null) return "const " + one.all() + " = " + from + "\n";
        if (one.names().isEmpty()) return "";
        StringJoiner names = new StringJoiner(", ", "const { ", " } = " + from + "\n");
        one.names().forEach((outside, inside) -> names.add(outside.equals(inside) ? inside : outside + ": " + inside));
        return names.toString();
    }
}
