package io.reprise.tool;

/**
 * What a tool declares about its calls.
 *
 * @param replay what is done about a call during which the server was killed
 * @param writes whether a call may change something outside of its run
 * @param timeMs longest time of a call in ms; 0: the setting {@code run.toolMs}
 * @param resultBytesMax longest result in bytes, the rest is cut with a mark; 0: the setting {@code
 *     run.toolResultBytesMax}, which also applies if it is smaller
 */
public record ToolTraits(Replay replay, boolean writes, int timeMs, int resultBytesMax) {
    /** Nothing is known about the tool. */
    public static final ToolTraits UNKNOWN = new ToolTraits(Replay.UNKNOWN, true, 0, 0);

    /** Reads only, so that a call may be repeated. */
    public static final ToolTraits READS = new ToolTraits(Replay.SAFE, false, 0, 0);

    /** Changes something, but a repeated call with the same id changes it once. */
    public static final ToolTraits WRITES_ONCE = new ToolTraits(Replay.SAFE, true, 0, 0);

    public ToolTraits {
        if (timeMs < 0 || resultBytesMax < 0) throw new IllegalArgumentException("a limit below 0");
    }

    /** The same with limits of its own; 0 for those of the settings. */
    public ToolTraits within(int itsTimeMs, int itsResultBytesMax) {
        return new ToolTraits(replay, writes, itsTimeMs, itsResultBytesMax);
    }

    /** @param usualMs the setting */
    public int timeMsOr(int usualMs) {
        return timeMs == 0 ? usualMs : timeMs;
    }

    /** @param mostBytes the setting */
    public int resultBytesMaxWithin(int mostBytes) {
        return resultBytesMax == 0 ? mostBytes : Math.min(resultBytesMax, mostBytes);
    }
}
