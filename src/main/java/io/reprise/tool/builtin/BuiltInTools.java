package io.reprise.tool.builtin;

import io.reprise.account.MemoryStore;
import io.reprise.config.Settings;
import io.reprise.config.tool.ToolSettings;
import io.reprise.outgoing.OutgoingHttp;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.reprise.tool.ManageRecallsTool;
import io.reprise.tool.ScheduleRecallTool;
import io.reprise.tool.SleepTool;
import io.reprise.tool.TimeTool;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import io.reprise.tool.ToolSource;
import io.reprise.tool.files.ReadFileTool;
import io.reprise.tool.files.SearchFilesTool;
import io.reprise.tool.memory.MemoryTool;
import io.reprise.tool.web.FetchTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The built-in tools; some exist only while they are set up. */
public final class BuiltInTools implements ToolSource {
    /** The names of all of them, whether they exist at the moment or not. */
    public static final Set<String> NAMES = Set.of(
            "time", "sleep", "schedule_recall", "manage_recalls", "memory", "fetch_url", "search_files", "read_file");

    private final WallClock time;
    private final OutgoingHttp outgoing;
    private final MemoryStore memories;
    private final Current<ToolRegistry> tools;

    public BuiltInTools(WallClock time, OutgoingHttp outgoing, MemoryStore memories, Current<Settings> settings) {
        this.time = time;
        this.outgoing = outgoing;
        this.memories = memories;
        this.tools = settings.derive(this::of);
    }

    @Override
    public ToolRegistry now() {
        return tools.get();
    }

    private ToolRegistry of(Settings settings) {
        String zone = settings.recalls().zone();
        List<Tool> all = new ArrayList<>(List.of(
                new TimeTool(time),
                new SleepTool(),
                new ScheduleRecallTool(time, zone),
                new ManageRecallsTool(time, zone)));
        if (settings.memory().enabled()) all.add(new MemoryTool(memories, settings.memory()));
        ToolSettings set = settings.tools();
        if (!set.fetch().allow().isEmpty()) all.add(new FetchTool(outgoing, set.fetch()));
        if (!set.files().folder().isBlank()) {
            all.add(new SearchFilesTool(set.files()));
            all.add(new ReadFileTool(set.files()));
        }
        return new ToolRegistry(all);
    }
}
