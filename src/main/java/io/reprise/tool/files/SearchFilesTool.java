package io.reprise.tool.files;

import io.reprise.config.tool.ToolSettings;
import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds files by their names, and lines in files by a text. */
public final class SearchFilesTool implements Tool {
    private static final int PATTERN_CHARS_MAX = 200;
    private static final int LINE_CHARS_MAX = 300;

    private final Sandbox sandbox;

    public SearchFilesTool(ToolSettings.Files limits) {
        this.sandbox = new Sandbox(limits);
    }

    @Override
    public String name() {
        return "search_files";
    }

    @Override
    public String description() {
        return "Searches the files of a folder: lists those whose name matches a pattern, or with \"text\" the lines that"
                + " contain it.";
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"name":{"type":"string","maxLength":200,"description":"Pattern of names or \
                paths, such as *.md or reports/**; default: all files."},"text":{"type":"string","maxLength":200,\
                "description":"Text that a line must contain, whatever its case."},"folder":{"type":"string","description":\
                "Folder to begin in; default: the whole."}},"additionalProperties":false}""";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.READS.within(sandbox.limits().timeMs() + 1_000, 0);
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) {
        Arguments arguments = call.argumentsAs(Arguments.class);
        Names names = Names.of(arguments.name());
        String wanted = arguments.text() == null || arguments.text().isBlank()
                ? null
                : checked(arguments.text()).toLowerCase(Locale.ROOT);
        List<String> found = new ArrayList<>();
        int most = sandbox.limits().matchesMax();
        Optional<String> cut = sandbox.walk(arguments.folder(), stop, (relative, file) -> {
            if (!names.match(relative)) return true;
            if (wanted == null) found.add(shown(relative));
            else lines(relative, file, wanted, most, found);
            return found.size() < most;
        });
        String note =
                cut.map(why -> "\n[Stopped " + why + "; narrow the search.]").orElse("");
        if (found.isEmpty()) return Content.of("Nothing was found." + note);
        return Content.of(ForeignText.marked("the files", String.join("\n", found)) + note);
    }

    private void lines(Path relative, Path file, String wanted, int most, List<String> found) {
        String text = sandbox.text(file).orElse("");
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (!line.toLowerCase(Locale.ROOT).contains(wanted)) continue;
            String kept = line.length() <= LINE_CHARS_MAX ? line : line.substring(0, LINE_CHARS_MAX) + " …";
            found.add(shown(relative) + ":" + number + ": " + kept.strip());
            if (found.size() >= most) return;
        }
    }

    private static String shown(Path relative) {
        return relative.toString().replace('\\', '/');
    }

    private static String checked(String text) {
        if (text.length() > PATTERN_CHARS_MAX) throw new ToolFailure("A pattern or a text has at most 200 characters.");
        return text.strip();
    }

    /** A pattern without a folder is one of names, wherever they are. */
    private record Names(PathMatcher matcher, boolean ofNames) {
        static Names of(String pattern) {
            if (pattern == null || pattern.isBlank()) return new Names(null, false);
            String glob = checked(pattern);
            try {
                PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
                return new Names(matcher, !glob.contains("/"));
            } catch (IllegalArgumentException e) {
                throw new ToolFailure("\"name\" is not a pattern such as *.md.", e);
            }
        }

        boolean match(Path relative) {
            return matcher == null || matcher.matches(ofNames ? relative.getFileName() : relative);
        }
    }

    record Arguments(String name, String text, String folder) {}
}
