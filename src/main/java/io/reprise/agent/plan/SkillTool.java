package io.reprise.agent.plan;

import io.reprise.agent.plan.AgentFiles.Skill;
import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.List;
import java.util.stream.Collectors;

/** Reads one of the skills of an agent; its description names them. */
record SkillTool(AgentFiles files, List<Skill> skills) implements Tool {
    static final String NAME = "read_skill";

    SkillTool {
        skills = List.copyOf(skills);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Reads instructions for a kind of task. Read them before you begin such a task. There are:\n" + list();
    }

    private String list() {
        return skills.stream()
                .map(skill -> "- " + skill.name() + ": " + skill.about())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"name":{"type":"string","description":"Name of the instructions"}},\
                "required":["name"],"additionalProperties":false}""";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.READS;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) {
        String name = call.argumentsAs(Arguments.class).name();
        return skills.stream()
                .filter(skill -> skill.name().equals(name))
                .findFirst()
                .flatMap(files::text)
                .map(Content::of)
                .orElseThrow(() -> new ToolFailure("There are no such instructions. There are:\n" + list()));
    }

    record Arguments(String name) {}
}
