package io.reprise.tool.memory;

import io.reprise.account.Memory;
import io.reprise.account.MemoryStore;
import io.reprise.account.MemoryStore.NewMemory;
import io.reprise.account.MemoryStore.State;
import io.reprise.config.tool.MemorySettings;
import io.reprise.message.content.Content;
import io.reprise.support.Digest;
import io.reprise.support.StopSignal;
import io.reprise.support.Texts;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves, searches, lists and deletes notes about the user of the call, who can switch that off. */
public final class MemoryTool implements Tool {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryTool.class);
    private static final int ID_CHARS = 20;

    private final MemoryStore store;
    private final MemorySettings limits;

    public MemoryTool(MemoryStore store, MemorySettings limits) {
        this.store = store;
        this.limits = limits;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String description() {
        return "Notes about the user that outlive this conversation. Search them when the user may have told something"
                + " relevant before. Save what the user wants you to remember, or what will be useful in other"
                + " conversations: one fact in each note. Never save passwords or keys.";
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"action":{"type":"string","enum":["save","search","list","delete"]},\
                "text":{"type":"string","description":"For save: the note."},\
                "query":{"type":"string","description":"For search: words; notes with any of them are found."},\
                "id":{"type":"string","description":"For delete: the id of the note."}},\
                "required":["action"],"additionalProperties":false}""";
    }

    /** A note has an id that is made of the call's, so a repeat saves it once. */
    @Override
    public ToolTraits traits() {
        return ToolTraits.WRITES_ONCE;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        Arguments arguments = call.argumentsAs(Arguments.class);
        State state = await(store.state(call.user()));
        if (!state.on()) throw new ToolFailure("The user has switched the memory off.");
        return Content.of(
                switch (arguments.action() == null ? "" : arguments.action()) {
                    case "save" -> save(call, arguments.text());
                    case "search" -> shown(await(store.search(call.user(), query(arguments), limits.resultsMax())));
                    case "list" ->
                        shown(await(store.list(call.user(), Long.MAX_VALUE, limits.resultsMax())))
                                + (state.count() > limits.resultsMax()
                                        ? "\n[The newest of " + state.count() + " notes.]"
                                        : "");
                    case "delete" -> delete(call, arguments.id());
                    default -> throw new ToolFailure("\"action\" must be save, search, list or delete.");
                });
    }

    private String save(ToolCall call, String text) throws InterruptedException {
        if (text == null || text.isBlank()) throw new ToolFailure("\"text\" must be what to remember.");
        String note = Texts.wellFormed(text.strip());
        if (Texts.utf8Bytes(note) > limits.textBytesMax()) {
            throw new ToolFailure("A note has at most " + limits.textBytesMax() + " bytes; save several short ones.");
        }
        String id = "me_" + Digest.of(call.session(), call.id()).substring(0, ID_CHARS);
        NewMemory memory = new NewMemory(id, call.user(), note, Memory.Source.AGENT);
        return await(store.add(memory, limits.perUserMax()))
                .map(saved -> "Saved as " + saved.id() + ".")
                .orElseThrow(() -> new ToolFailure("The memory is full; delete notes that are no longer true first."));
    }

    private static String query(Arguments arguments) {
        if (arguments.query() == null || arguments.query().isBlank()) {
            throw new ToolFailure("\"query\" must have words to search for.");
        }
        return arguments.query();
    }

    private String delete(ToolCall call, String id) throws InterruptedException {
        if (id == null || id.isBlank()) throw new ToolFailure("\"id\" must be the id of a note.");
        if (!await(store.remove(call.user(), id.strip()))) throw new ToolFailure("There is no such note.");
        return "Deleted.";
    }

    private static String shown(List<Memory> notes) {
        if (notes.isEmpty()) return "There are no such notes.";
        String lines = notes.stream()
                .map(note -> "- " + note.id() + " (" + day(note) + "): "
                        + note.text().replaceAll("\\R", " "))
                .collect(Collectors.joining("\n"));
        return ForeignText.marked("the notes about this user", lines);
    }

    private static String day(Memory note) {
        return Instant.ofEpochMilli(note.createdMs())
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }

    private static <T> T await(Future<T> asked) throws InterruptedException {
        try {
            return asked.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            LOG.atWarn().addKeyValue("cause", e.getCause().toString()).log("the memory did not answer a tool");
            throw new ToolFailure("The memory is unavailable at the moment.", e);
        }
    }

    record Arguments(String action, String text, String query, String id) {}
}
