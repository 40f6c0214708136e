package io.reprise.mcp.signin;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Scopes of OAuth, RFC 6749 section 3.3: words with blanks between them. */
public final class Scopes {
    private static final int MAX = 100;
    private static final Pattern WORD = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,200}");

    private Scopes() {}

    /** Each once, without what is no scope. */
    public static String clean(String scopes) {
        return joined(Arrays.asList(scopes.split(" ")));
    }

    static String joined(Collection<String> scopes) {
        Set<String> words = new LinkedHashSet<>();
        scopes.stream().filter(word -> WORD.matcher(word).matches()).limit(MAX).forEach(words::add);
        return String.join(" ", words);
    }

    static String both(String some, String more) {
        return clean(some + " " + more);
    }

    static boolean contains(String scopes, String one) {
        return Arrays.asList(scopes.split(" ")).contains(one);
    }
}
