package io.reprise.agent.title;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes reasoning that a model writes into its text when the provider does not separate it. */
final class Thoughts {
    private static final String NAMES =
            "(?:seed:)?(?:think(?:ing)?|thoughts?|reasoning|reflection|analysis|scratchpad)";

    /** Opening marks of most models, of Magistral, of Kimi, and of the channels of gpt-oss. */
    private static final Pattern OPEN = Pattern.compile(
            "<" + NAMES + ">|\\[THINK]|◁think▷|<\\|channel\\|>(?:analysis|commentary)", Pattern.CASE_INSENSITIVE);

    private static final Pattern CLOSE = Pattern.compile(
            "</" + NAMES + ">|\\[/THINK]|◁/think▷|<\\|channel\\|>final(?:<\\|message\\|>)?", Pattern.CASE_INSENSITIVE);

    private static final Pattern MARKS = Pattern.compile("<\\|[a-z_]{1,20}\\|>");

    private Thoughts() {}

    /** The text without reasoning. A closing mark without an opening one also ends reasoning. */
    static String without(String written) {
        StringBuilder said = new StringBuilder();
        Matcher open = OPEN.matcher(written);
        Matcher close = CLOSE.matcher(written);
        int from = 0;
        while (open.find(from)) {
            said.append(written, from, open.start());
            if (!close.find(open.end())) return cleaned(said.toString());
            from = close.end();
        }
        return cleaned(said.append(written.substring(from)).toString());
    }

    private static String cleaned(String said) {
        Matcher close = CLOSE.matcher(said);
        int from = 0;
        while (close.find()) from = close.end();
        return MARKS.matcher(said.substring(from)).replaceAll("").strip();
    }
}
