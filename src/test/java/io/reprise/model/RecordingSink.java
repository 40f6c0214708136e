package io.reprise.model;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Records the output of a model. */
public class RecordingSink implements ModelSink {
    public final List<String> reasoning = new ArrayList<>();
    public final List<String> text = new ArrayList<>();
    public final List<String> tools = new ArrayList<>();
    public final List<Integer> ended = new ArrayList<>();
    private final TreeMap<Integer, StringBuilder> arguments = new TreeMap<>();

    @Override
    public void reasoning(String delta) {
        reasoning.add(delta);
    }

    @Override
    public void text(String delta) {
        text.add(delta);
    }

    @Override
    public void toolCallStart(int index, String name) {
        tools.add(name);
        arguments.put(index, new StringBuilder());
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        arguments.get(index).append(delta);
    }

    @Override
    public void toolCallEnd(int index) {
        ended.add(index);
    }

    public String said() {
        return String.join("", text);
    }

    public String arguments(int index) {
        return arguments.get(index).toString();
    }
}
