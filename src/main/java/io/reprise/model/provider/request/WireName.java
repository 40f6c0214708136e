package io.reprise.model.provider.request;

import java.util.regex.Pattern;

/**
 * Names of tools in a form that every provider accepts. A model may invent any name, and one invalid name in the
 * conversation would cause all later requests to be refused.
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
