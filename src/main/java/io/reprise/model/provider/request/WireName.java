package io.reprise.model.provider.request;

import java.util.regex.Pattern;

/**
 * Names of tools as every provider takes them. What a model makes up may be anything, and one such name in the past of a
 * conversation would have all that follows refused.
 */
final class WireName {
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]");
    private static final int LENGTH_MAX = 64;
    private static final String NONE = "unknown";

    private WireName() {}

    static String of(String name) {
        String taken = FOREIGN.matcher(name).replaceAll("_");
        if (taken.isEmpty()) return NONE;
        return taken.length() <= LENGTH_MAX ? taken : taken.substring(0, LENGTH_MAX);
    }
}
