package io.reprise.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Maps each line to its source file and line: a source map of version 3 with one mapping per line. */
final class SourceMap {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final List<String> paths = new ArrayList<>();
    private final StringBuilder mappings = new StringBuilder();
    private int lastSource;
    private int lastLine;

    /** Adds lines that have no source. */
    void skip(int lines) {
        mappings.append(";".repeat(lines));
    }

    /** @param number number of the line in its source, from 0 */
    void line(String path, int number) {
        int source = paths.indexOf(path);
        if (source < 0) {
            source = paths.size();
            paths.add(path);
        }
        number(0);
        number(source - lastSource);
        number(number - lastLine);
        number(0);
        mappings.append(';');
        lastSource = source;
        lastLine = number;
    }

    /** Encodes a signed number as Base64 VLQ. */
    private void number(int value) {
        int left = value < 0 ? (-value << 1) | 1 : value << 1;
        do {
            int digit = left & 31;
            left >>>= 5;
            mappings.append(DIGITS.charAt(left > 0 ? digit | 32 : digit));
        } while (left > 0);
    }

    String json(Function<String, String> contents) {
        StringBuilder json = new StringBuilder("{\"version\":3,\"names\":[],\"sources\":[");
        for (int i = 0; i < paths.size(); i++) json.append(i > 0 ? "," : "").append(quoted("/" + paths.get(i)));
        json.append("],\"sourcesContent\":[");
        for (int i = 0; i < paths.size(); i++) {
            json.append(i > 0 ? "," : "").append(quoted(contents.apply(paths.get(i))));
        }
        return json.append("],\"mappings\":\"").append(mappings).append("\"}").toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(c < 32 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }
}
