package io.reprise.session.fork;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a fork is called until somebody gives it a name: as the session it is from, and that it is a fork. */
final class ForkTitle {
    private static final Pattern FORK = Pattern.compile("(?s)(.*) \\(fork(?: ([1-9][0-9]{0,3}))?\\)");

    private ForkTitle() {}

    /**
     * @param title of the source; null: it has none, and neither has the fork
     * @param charsMax of the result
     */
    static String of(String title, int charsMax) {
        if (title == null) return null;
        Matcher fork = FORK.matcher(title);
        if (!fork.matches()) return with(title, " (fork)", charsMax);
        int number = fork.group(2) == null ? 1 : Integer.parseInt(fork.group(2));
        return with(fork.group(1), " (fork " + (number + 1) + ")", charsMax);
    }

    private static String with(String title, String mark, int charsMax) {
        int end = Math.min(title.length(), charsMax - mark.length());
        if (end < title.length() && Character.isHighSurrogate(title.charAt(end - 1))) end--;
        return title.substring(0, end) + mark;
    }
}
