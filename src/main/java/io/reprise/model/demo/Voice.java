package io.reprise.model.demo;

import io.reprise.model.ModelSink;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends text word by word, and counts the words. */
final class Voice {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*");
    private static final int ARGUMENT_CHARS = 7;

    private final ModelSink sink;
    private final StopSignal stop;
    private int words;
    private int calls;

    Voice(ModelSink sink, StopSignal stop) {
        this.sink = sink;
        this.stop = stop;
    }

    int words() {
        return words;
    }

    /**
     * Sends {@code prefix1 prefix2 ...}.
     *
     * @param rate words per second; 0 means as fast as possible
     */
    void count(String prefix, int deltas, int rate) throws InterruptedException {
        count(prefix, deltas, rate, sink::text);
    }

    void think(String prefix, int deltas) throws InterruptedException {
        count(prefix, deltas, 0, sink::reasoning);
    }

    void say(String text, int rate) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        Matcher word = WORD.matcher(text);
        for (int i = 0; word.find(); i++) {
            awaitTurn(i, rate, watch);
            sink.text(word.group());
            words++;
        }
    }

    void sayAtOnce(String text) {
        sink.text(text);
        words += Scene.words(text);
    }

    /** Sends the arguments in fragments, as providers do. */
    void callTool(String name, String arguments) {
        int index = calls++;
        sink.toolCallStart(index, name);
        for (int begin = 0; begin < arguments.length(); begin += ARGUMENT_CHARS) {
            int end = Math.min(begin + ARGUMENT_CHARS, arguments.length());
            sink.toolCallArguments(index, arguments.substring(begin, end));
        }
        sink.toolCallEnd(index);
        words += 1 + Scene.words(arguments);
    }

    private void count(String prefix, int deltas, int rate, Consumer<String> say) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        for (int i = 0; i < deltas; i++) {
            awaitTurn(i, rate, watch);
            say.accept(prefix + (i + 1) + " ");
            words++;
        }
    }

    private void awaitTurn(int i, int rate, Stopwatch watch) throws InterruptedException {
        stop.throwIfStopped();
        long pause = pauseNanos(i, rate, watch.nanos());
        if (pause > 0) Pacer.shared().sleep(pause, stop);
    }

    /** The pause before a piece. The time of each piece is computed from the start, so that delays do not add up. */
    static long pauseNanos(int piece, int rate, long elapsedNanos) {
        return rate == 0 ? 0 : Math.max(0, TimeUnit.SECONDS.toNanos(piece) / rate - elapsedNanos);
    }
}
