package io.reprise.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.link.RunEvents;
import io.reprise.agent.loop.RunPlan;
import io.reprise.config.InterruptSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.OpenItems;
import io.reprise.model.ChatModel;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A run of an agent that calls others as tools. */
abstract class SubagentsBench extends CrashBench {
    static final String HELP = "agent_helper {\"task\":\"look it up\"}";
    final Map<String, RunPlan> agents = new HashMap<>();
    final StopSignal stop = new StopSignal();

    void agent(String name, ChatModel model, List<Tool> tools, String... subagents) {
        List<RunPlan.Subagent> others = new ArrayList<>();
        for (String other : subagents) others.add(new RunPlan.Subagent(other, "helps"));
        RunPlan plan = Plans.of(name, limits.settings(), model, tools);
        agents.put(
                name,
                Plans.with(plan, new StoreSettings(60_000, 1, 1, 128), InterruptSettings.NONE)
                        .calling(others));
    }

    RunEnd run(RunEvents owner, RunRequest request) {
        return run(name -> agents.get(name == null ? "default" : name), owner, request, stop);
    }

    <T extends LogEvent> List<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void assertAllClosed() {
        OpenItems open = new OpenItems();
        events.forEach(open::apply);
        assertThat(open.close(prefix -> prefix)).isEmpty();
        for (LogEvent event : events) {
            if (event instanceof Delta) continue;
            assertThat(EventJson.parse(EventJson.of(event))).isEqualTo(event);
        }
    }
}
