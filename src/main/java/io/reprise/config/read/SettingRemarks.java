package io.reprise.config.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Explanations of settings by key: the comments above the keys of a settings file. Those of the shipped file are the only
 * ones that are written; the server reads them from there.
 */
public final class SettingRemarks {
    private static final String SHIPPED = "/conf/reprise.yaml";
    private static final int INDENT = 2;
    private static final Pattern KEY = Pattern.compile("( *)(\\w+):(?: .*)?");
    private static final Pattern COMMENT = Pattern.compile(" +# ?(.*)");

    private final Map<String, String> remarks;

    private SettingRemarks(Map<String, String> remarks) {
        this.remarks = Map.copyOf(remarks);
    }

    /** Those of the file that belongs to this version, whatever file the server was started with. */
    public static SettingRemarks shipped() {
        try (InputStream in = SettingRemarks.class.getResourceAsStream(SHIPPED)) {
            if (in == null) throw new IllegalStateException("the build has no " + SHIPPED);
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param yaml a file with two spaces for each level, as the shipped one */
    public static SettingRemarks of(String yaml) {
        Map<String, String> remarks = new LinkedHashMap<>();
        Deque<String> path = new ArrayDeque<>();
        StringBuilder comment = new StringBuilder();
        for (String line : yaml.lines().toList()) {
            Matcher remark = COMMENT.matcher(line);
            if (remark.matches()) {
                if (!comment.isEmpty()) comment.append(' ');
                comment.append(remark.group(1).strip());
                continue;
            }
            Matcher key = KEY.matcher(line);
            if (key.matches()) {
                while (path.size() > key.group(1).length() / INDENT) path.removeLast();
                path.addLast(key.group(2));
                if (!comment.isEmpty()) remarks.put(String.join(".", path), comment.toString());
            }
            comment.setLength(0);
        }
        return new SettingRemarks(remarks);
    }

    /** @param key such as {@code run.timeMs}; empty if nothing is written above it */
    public Optional<String> of(SettingKey key) {
        return Optional.ofNullable(remarks.get(key.path()));
    }
}
