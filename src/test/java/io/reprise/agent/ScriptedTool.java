package io.reprise.agent;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolTraits;

/** A tool that does what a test says. */
public record ScriptedTool(String name, ToolTraits traits, Work work) implements Tool {
    public ScriptedTool(String name, Work work) {
        this(name, ToolTraits.UNKNOWN, work);
    }

    public interface Work {
        String call(ToolCall call, StopSignal stop) throws InterruptedException;
    }

    @Override
    public String description() {
        return "for tests";
    }

    @Override
    public String schema() {
        return "{\"type\":\"object\"}";
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        String answer = work.call(call, stop);
        return answer == null ? null : Content.of(answer);
    }
}
