package io.reprise.config;

import io.reprise.config.read.Section;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Settings of interrupts: tools whose calls need an approval, and the time for a decision.
 *
 * @param tools names of tools; {@link #ALL} means all tools
 * @param openMax most open interrupts of one session
 */
public record InterruptSettings(List<String> tools, int expiryMinutes, int openMax) {
    public static final String ALL = "*";

    /** Upper limit of {@code openMax}. */
    public static final int OPEN_MAX = 256;

    /** No tool needs an approval. */
    public static final InterruptSettings NONE = new InterruptSettings(List.of(), 1_440, 32);

    static InterruptSettings read(Section section) {
        Section live = section.live();
        return new InterruptSettings(
                live.list(
                        "tools",
                        "the name of a tool (letters, digits, _ . -; at most 128), or " + ALL,
                        name -> name.equals(ALL) || name.matches("[A-Za-z0-9_.-]{1,128}")),
                live.integer("expiryMinutes", 1_440, 1, 10_080),
                live.integer("openMax", 32, 1, OPEN_MAX));
    }

    /** Whether calls of the tool need an approval. */
    public boolean asksBefore(String tool) {
        return tools.contains(ALL) || tools.contains(tool);
    }

    public long expiryMs() {
        return TimeUnit.MINUTES.toMillis(expiryMinutes);
    }
}
