package io.reprise.agent.subagent;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.Replay;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;

/**
 * The tool with which an agent calls another one. Its calls may be made again after a crash: the sub-agent then goes on
 * from its own state. It has a time limit of its own.
 *
 * @param name {@code agent_NAME}
 * @param agent name of the agent
 * @param about what people see of the agent; empty for nothing
 */
public record SubagentTool(String name, String agent, String about, Caller caller) implements Tool {
    private static final String SCHEMA = """
            {"type":"object","properties":{"task":{"type":"string","description":"What the agent is to do, with all \
            that it needs to know: it does not see this conversation."}},"required":["task"],\
            "additionalProperties":false}""";
    private static final ToolTraits TRAITS = new ToolTraits(Replay.SAFE, true, Integer.MAX_VALUE, 0);

    /** Makes the calls. */
    @FunctionalInterface
    public interface Caller {
        /** The answer of the agent. */
        String call(String task, ToolCall call, StopSignal stop) throws InterruptedException;
    }

    private record Arguments(String task) {}

    @Override
    public String description() {
        String what = about.isEmpty() ? "" : ": " + about;
        return "Has the agent \"" + agent + "\" do a task, and returns its answer" + what;
    }

    @Override
    public String schema() {
        return SCHEMA;
    }

    @Override
    public ToolTraits traits() {
        return TRAITS;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        String task = call.argumentsAs(Arguments.class).task();
        if (task == null || task.isBlank()) throw new ToolFailure("A task is needed.");
        return Content.of(caller.call(task, call, stop));
    }
}
