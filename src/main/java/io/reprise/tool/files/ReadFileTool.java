package io.reprise.tool.files;

import io.reprise.config.tool.ToolSettings;
import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads lines of a file. */
public final class ReadFileTool implements Tool {
    private static final int LINES = 200;
    private static final int LINES_MAX = 2_000;

    private final Sandbox sandbox;

    public ReadFileTool(ToolSettings.Files limits) {
        this.sandbox = new Sandbox(limits);
    }

    @Override
    public String name() {
        return "read_file";
    }

    @Override
    public String description() {
        return "Reads lines of a file that search_files has found.";
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"path":{"type":"string"},"from":{"type":"integer","minimum":1,"description":\
                "The first line; default: 1."},"lines":{"type":"integer","minimum":1,"maximum":2000,"description":\
                "How many; default: 200."}},"required":["path"],"additionalProperties":false}""";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.READS;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) {
        Arguments arguments = call.argumentsAs(Arguments.class);
        if (arguments.path() == null || arguments.path().isBlank()) throw new ToolFailure("\"path\" must name a file.");
        Path file = sandbox.file(arguments.path());
        String text = sandbox.text(file).orElseThrow(() -> new ToolFailure("The file is not a text that can be read."));
        String[] lines = text.split("\\R", -1);
        int begin = Math.clamp(arguments.from() == null ? 0 : arguments.from() - 1L, 0, lines.length);
        int count = Math.clamp(arguments.lines() == null ? LINES : arguments.lines(), 1, LINES_MAX);
        int end = Math.min(lines.length, begin + count);
        String part = String.join("\n", Arrays.copyOfRange(lines, begin, end));
        String where = arguments.path().strip() + ", lines " + (begin + 1) + " to " + end + " of " + lines.length;
        return Content.of(ForeignText.marked(where, part));
    }

    record Arguments(String path, Integer from, Integer lines) {}
}
