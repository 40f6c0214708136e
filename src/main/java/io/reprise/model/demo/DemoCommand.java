package io.reprise.model.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command to the demo model: a message that begins with a slash. */
sealed interface DemoCommand {
    int DELTAS_MAX = 10_000_000;
    int RATE_MAX = 1_000_000;
    int STEPS_MAX = 1_000;

    /** @param rate deltas per second; 0 means as fast as possible */
    record Stream(int deltas, int rate) implements DemoCommand {}

    /** Makes several calls in one turn. */
    record CallTools(List<Call> calls) implements DemoCommand {}

    /** @param arguments as they were written; possibly not JSON */
    record Call(String name, String arguments) {}

    /** Lists the tools of the agent. */
    record Tools() implements DemoCommand {}

    record Think(int deltas) implements DemoCommand {}

    record Fail(String code) implements DemoCommand {}

    record Hang() implements DemoCommand {}

    /** @param arguments JSON */
    record Steps(int rounds, String tool, String arguments) implements DemoCommand {}

    record Echo(String text) implements DemoCommand {}

    record Usage() implements DemoCommand {}

    /**
     * A request for a reminder.
     *
     * @param arguments arguments of the tool that schedules it, as JSON
     */
    record Remind(String arguments) implements DemoCommand {}

    /** A reminder that is due. */
    record Due(String text) implements DemoCommand {}

    /** A message that is not a command. */
    record Talk(String text) implements DemoCommand {}

    /** A command with invalid arguments. */
    record Misused(String help) implements DemoCommand {}

    /** The syntax of the commands. */
    enum Form {
        STREAM("(\\d{1,9})(?:\\s+(\\d{1,9}))?", "/stream N RATE: N from 1 to 10000000, RATE from 0 to 1000000"),
        TOOLS("", "/tools"),
        TOOL("(\\S+)(?:\\s+(.+))?", "/tool NAME {json}, and more such lines for calls at once"),
        THINK("(\\d{1,9})", "/think N: N from 1 to 10000000"),
        FAIL("(\\S{1,64})", "/fail CODE: an HTTP status or an error code of the protocol"),
        HANG("", "/hang"),
        STEPS("(\\d{1,9})(?:\\s+(\\S+)(?:\\s+(.+))?)?", "/steps N: N from 1 to 1000"),
        ECHO("(?<text>.+)", "/echo TEXT"),
        USAGE("", "/usage");

        /** The beginning of the next of several calls. Arguments may also have several lines. */
        private static final Pattern NEXT_TOOL = Pattern.compile("\\R\\s*/tool\\s", Pattern.CASE_INSENSITIVE);

        private final Pattern arguments;
        private final String help;

        Form(String arguments, String help) {
            this.arguments = Pattern.compile(arguments, Pattern.DOTALL);
            this.help = "Usage: `" + help.replaceFirst("(: |$)", "`$1") + ".";
        }
    }

    /** Parses the text of a due recall. */
    static DemoCommand due(String text) {
        return text.strip().startsWith("/") ? parse(text) : new Due(text.strip());
    }

    static DemoCommand parse(String message) {
        String text = message.strip();
        if (!text.startsWith("/")) {
            return Reminder.find(text)
                    .<DemoCommand>map(found -> new Remind(found.arguments()))
                    .orElse(new Talk(text));
        }
        String[] parts = text.substring(1).split("\\s", 2);
        for (Form form : Form.values()) {
            if (form.name().equalsIgnoreCase(parts[0])) return parse(form, parts.length > 1 ? parts[1] : "");
        }
        return new Misused("Unknown command `/" + parts[0].replace("`", "") + "`. " + DemoTexts.COMMANDS);
    }

    private static DemoCommand parse(Form form, String text) {
        Matcher given = form.arguments.matcher(form == Form.ECHO ? text : text.strip());
        DemoCommand misused = new Misused(form.help);
        if (!given.matches()) return misused;
        return switch (form) {
            case STREAM -> {
                int deltas = Integer.parseInt(given.group(1));
                int rate = given.group(2) == null ? 0 : Integer.parseInt(given.group(2));
                yield isFrom1To(DELTAS_MAX, deltas) && rate <= RATE_MAX ? new Stream(deltas, rate) : misused;
            }
            case TOOL -> tools(text.strip()).<DemoCommand>map(CallTools::new).orElse(misused);
            case TOOLS -> new Tools();
            case THINK -> {
                int deltas = Integer.parseInt(given.group(1));
                yield isFrom1To(DELTAS_MAX, deltas) ? new Think(deltas) : misused;
            }
            case FAIL -> new Fail(given.group(1));
            case HANG -> new Hang();
            case STEPS -> {
                int rounds = Integer.parseInt(given.group(1));
                String tool = given.group(2) == null ? "time" : given.group(2);
                Steps steps = new Steps(rounds, tool, given.group(3) == null ? "{}" : given.group(3));
                yield isFrom1To(STEPS_MAX, rounds) ? steps : misused;
            }
            case ECHO -> new Echo(given.group("text"));
            case USAGE -> new Usage();
        };
    }

    /** Empty if one of the calls cannot be parsed. */
    private static Optional<List<Call>> tools(String text) {
        List<Call> calls = new ArrayList<>();
        for (String one : Form.NEXT_TOOL.split(text)) {
            Matcher given = Form.TOOL.arguments.matcher(one.strip());
            if (!given.matches()) return Optional.empty();
            calls.add(new Call(given.group(1), given.group(2) == null ? "{}" : given.group(2)));
        }
        return Optional.of(List.copyOf(calls));
    }

    private static boolean isFrom1To(int max, int number) {
        return number >= 1 && number <= max;
    }
}
