package io.reprise.agent.middleware.context;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.message.content.Content;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.List;
import java.util.stream.Collectors;

/** Gives the model a list of what it has to do, which it writes with a tool and people see. */
public final class TodoList implements MiddlewareType<TodoList.Settings> {
    /** The name of the tool. */
    public static final String TOOL = "write_todos";

    private static final int PROMPT_CHARACTERS_MAX = 4_000;
    private static final int ITEMS_MAX = 100;
    private static final int ITEM_CHARACTERS_MAX = 500;
    private static final String PROMPT = """
            For work of several steps you keep a list with the tool write_todos: write it before you begin, mark what you \
            work on as in_progress and what is done as completed at once, and change it when you find out more. Do not use \
            it for what takes one or two steps.""";

    /** @param prompt tells the model when to use the list */
    public record Settings(String prompt) implements MiddlewareSettings {}

    /** Where an item stands. */
    enum Status {
        pending,
        in_progress,
        completed
    }

    record Item(String content, Status status) {}

    record Arguments(List<Item> todos) {}

    @Override
    public String name() {
        return "todo-list";
    }

    @Override
    public int priority() {
        return 70;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(section.text(
                "prompt",
                PROMPT,
                "a text of at most " + PROMPT_CHARACTERS_MAX + " characters",
                TextForm.upTo(PROMPT_CHARACTERS_MAX)));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings);
    }

    private static final class OfRun implements Middleware {
        private final Settings settings;
        private volatile String list = "";

        OfRun(Settings settings) {
            this.settings = settings;
        }

        @Override
        public List<Tool> tools() {
            return List.of(new WriteTool());
        }

        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            String prompt = input.request().prompt();
            String whole = prompt.isEmpty() ? settings.prompt() : prompt + "\n\n" + settings.prompt();
            // Only if the model cannot see it any more: a prompt that changes with each step cannot be kept by
            // providers.
            if (!list.isEmpty() && !isSeen(input)) whole += "\n\nThe list as it is now:\n" + list;
            return next.run(input.with(input.request().prompted(whole)));
        }

        private static boolean isSeen(ModelInput input) {
            return input.request().messages().stream()
                    .anyMatch(message -> message instanceof Assistant turn
                            && turn.calls().stream()
                                    .anyMatch(call -> call.name().equals(TOOL)));
        }

        /** Two lists in one turn contradict each other, so neither counts. */
        @Override
        public List<Call> afterModel(RunProgress run, List<Call> calls) {
            long lists = calls.stream().filter(OfRun::isList).count();
            if (lists < 2) return calls;
            return calls.stream()
                    .map(call -> isList(call) && call.isOpen() ? refused(call) : call)
                    .toList();
        }

        private static boolean isList(Call call) {
            return call.request().name().equals(TOOL);
        }

        private static Call refused(Call call) {
            ToolRequest request = call.request();
            return call.with(new ToolOutcome(
                    request.id(), request.name(), "Error: write the list once in a turn; it was not changed."));
        }

        @Override
        public String state() {
            return list.isEmpty() ? null : list;
        }

        @Override
        public void restore(String state) {
            list = state;
        }

        @Override
        public void inherit(String state) {
            list = state;
        }

        private final class WriteTool implements Tool {
            @Override
            public String name() {
                return TOOL;
            }

            @Override
            public String description() {
                return "Replaces your list of what is to do. Give the whole list each time.";
            }

            @Override
            public String schema() {
                return """
                        {"type":"object","properties":{"todos":{"type":"array","maxItems":100,"items":{"type":"object",\
                        "properties":{"content":{"type":"string","maxLength":500},"status":{"type":"string",\
                        "enum":["pending","in_progress","completed"]}},"required":["content","status"],\
                        "additionalProperties":false}}},"required":["todos"],"additionalProperties":false}""";
            }

            @Override
            public ToolTraits traits() {
                return ToolTraits.WRITES_ONCE;
            }

            @Override
            public Content call(ToolCall call, StopSignal stop) {
                List<Item> items = call.argumentsAs(Arguments.class).todos();
                if (items == null || items.size() > ITEMS_MAX) {
                    throw new ToolFailure("`todos` is a list of at most " + ITEMS_MAX + " items.");
                }
                for (Item item : items) {
                    boolean fits = item != null
                            && item.status() != null
                            && item.content() != null
                            && !item.content().isBlank()
                            && item.content().length() <= ITEM_CHARACTERS_MAX;
                    if (!fits) {
                        throw new ToolFailure("Each item has `content` of at most " + ITEM_CHARACTERS_MAX
                                + " characters and `status`.");
                    }
                }
                list = items.stream()
                        .map(item -> "- [" + item.status() + "] " + item.content())
                        .collect(Collectors.joining("\n"));
                return Content.of(items.isEmpty() ? "The list is empty now." : "The list is now:\n" + list);
            }
        }
    }
}
