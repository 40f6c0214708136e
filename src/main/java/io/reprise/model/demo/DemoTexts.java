package io.reprise.model.demo;

import io.reprise.message.content.Part;
import io.reprise.model.ModelFiles;
import io.reprise.model.ModelRequest;
import io.reprise.support.Texts;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts of the demo model. */
final class DemoTexts {
    static final String COMMANDS = """
            I know these:

            - `remind me in 10 seconds to stretch` comes back to you
            - `/stream 200 40` streams 200 words, 40 per second
            - `/think 30` thinks in 30 pieces before it answers
            - `/tool time {"zone":"Europe/Berlin"}` calls a tool; several such lines call several at once
            - `/tools` lists the tools that there are
            - `/steps 3` goes through three rounds of model and tool
            - `/hang` says nothing until you stop it
            - `/fail 429` fails as a provider would
            - `/echo some text` says it back
            - `/usage` counts tokens
            """;

    private static final Pattern REMINDER = Pattern.compile("\\bremind\\s+me\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern SENTENCE = Pattern.compile("(?<=\\.)\\s|\\R");
    private static final String ERROR = "Error: ";
    private static final int ECHO_BYTES_MAX = 120;

    private DemoTexts() {}

    /** What came with a message, as far as its content was sent. */
    static String received(List<Part.File> files, ModelFiles content) {
        return files.stream()
                .map(file -> "- " + (file.type().equals(Part.File.IMAGE) ? "an image" : "a file") + ", `"
                        + file.name().replace('`', '\'') + "`, " + file.mediaType()
                        + (file.width() == null ? "" : ", " + file.width() + " x " + file.height() + " pixels")
                        + content.of(file)
                                .map(bytes -> ", " + bytes.length + " bytes")
                                .orElse(", without its content"))
                .collect(Collectors.joining("\n", "I received:\n\n", ""));
    }

    static String reply(String said) {
        if (said.isEmpty()) return "**Hello!** Tell me something, or try one of my commands. " + COMMANDS;
        if (REMINDER.matcher(said).find()) {
            return "When? Say it like `remind me in 10 seconds to stretch` or `remind me tomorrow at 9:00 to call Ada`.";
        }
        return "You said: *" + excerpt(said) + "*\n\nI am the **demo model**: I run inside this server, offline and"
                + " without a key, so I cannot say much about that. But I can show what the server does. " + COMMANDS
                + "\nClose this tab while I write, come back, and nothing will be missing.";
    }

    /** The answer after the tool has scheduled the reminder. */
    static String reminded(String outcome) {
        return outcome.startsWith(ERROR)
                ? "I cannot set this reminder. " + outcome.substring(ERROR.length())
                : "I will come back to you. " + outcome.replaceFirst(" Its id is \\S+$", "");
    }

    /** Lists tools with the first sentences of their descriptions. */
    static String tools(List<ModelRequest.ToolSpec> tools) {
        if (tools.isEmpty()) return "This agent has no tools.";
        return tools.stream()
                .map(tool -> "- `" + tool.name() + "`: " + SENTENCE.split(tool.description(), 2)[0])
                .collect(Collectors.joining("\n", "This agent has these tools:\n\n", ""));
    }

    /** Lists the calls with their results, in order. */
    static String answered(List<DemoCommand.Call> calls, List<String> outcomes) {
        return IntStream.range(0, Math.min(calls.size(), outcomes.size()))
                .mapToObj(i -> "`" + calls.get(i).name() + "` answered: " + outcomes.get(i))
                .collect(Collectors.joining("\n\n"));
    }

    static String wentThrough(DemoCommand.Steps steps, String outcome) {
        String last = steps.tool().equals("time") ? "it is now " : "the last answer was ";
        return "Went through " + steps.rounds() + " rounds; " + last + outcome + ".";
    }

    static String due(String text) {
        return "**Reminder:** " + text;
    }

    private static String excerpt(String said) {
        String line = said.replaceAll("[\\s*`]+", " ").strip();
        String cut = Texts.cutToBytes(line, ECHO_BYTES_MAX);
        return cut.length() < line.length() ? cut.strip() + " …" : cut;
    }
}
