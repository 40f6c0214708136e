package io.reprise.agent.middleware;

import io.reprise.model.ModelSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Applies a rule to a model's answer before it is numbered. The end of the text is held back, so that a match over two
 * pieces is found; it is let go when something else begins, and at the end. {@link #end} is called in any case, also after
 * a failure.
 */
public final class HoldBackSink implements ModelSink {
    public static final int CHARACTERS_MAX = 4_096;
    public static final int CHARACTERS_STANDARD = 128;

    private final ModelSink to;
    private final Settings settings;
    private final HeldText reasoning;
    private final HeldText text;
    private final Map<Integer, HeldText> arguments = new HashMap<>();

    /**
     * How an answer is checked.
     *
     * @param holdBack how many characters are held back, up to {@link #CHARACTERS_MAX}
     * @param found called at a match in place of replacing it, and may throw; then the whole of each message waits for its
     *     end. Null to replace matches
     * @param arguments whether arguments of calls are checked, too
     */
    public record Settings(TextRule rule, int holdBack, Runnable found, boolean arguments) {
        HeldText begun() {
            if (found == null) return new HeldText(rule, holdBack);
            TextRule finding = (text, from) -> {
                if (!rule.matches(text, from).isEmpty()) found.run();
                return List.of();
            };
            return new HeldText(finding, Integer.MAX_VALUE);
        }
    }

    public HoldBackSink(ModelSink to, Settings settings) {
        this.to = to;
        this.settings = settings;
        this.reasoning = settings.begun();
        this.text = settings.begun();
    }

    @Override
    public void reasoning(String delta) {
        if (delta.isEmpty()) return;
        endText();
        send(reasoning.add(delta), to::reasoning);
    }

    @Override
    public void text(String delta) {
        if (delta.isEmpty()) return;
        endReasoning();
        send(text.add(delta), to::text);
    }

    @Override
    public void toolCallStart(int index, String name) {
        endReasoning();
        endText();
        to.toolCallStart(index, name);
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        if (!settings.arguments()) {
            to.toolCallArguments(index, delta);
            return;
        }
        String released =
                arguments.computeIfAbsent(index, any -> settings.begun()).add(delta);
        send(released, piece -> to.toolCallArguments(index, piece));
    }

    @Override
    public void toolCallEnd(int index) {
        endArguments(index);
        to.toolCallEnd(index);
    }

    /** Checks what is held back and lets it go. */
    public void end() {
        endReasoning();
        endText();
        for (int index : List.copyOf(arguments.keySet())) endArguments(index);
    }

    private void endReasoning() {
        send(reasoning.end(), to::reasoning);
    }

    private void endText() {
        send(text.end(), to::text);
    }

    private void endArguments(int index) {
        HeldText held = arguments.remove(index);
        if (held != null) send(held.end(), piece -> to.toolCallArguments(index, piece));
    }

    private static void send(String piece, Consumer<String> to) {
        if (!piece.isEmpty()) to.accept(piece);
    }
}
