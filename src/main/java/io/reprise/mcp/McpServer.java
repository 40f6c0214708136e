package io.reprise.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.ServerLink.Trouble;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.connection.RemoteTool;
import io.reprise.mcp.connection.ToolList;
import io.reprise.mcp.question.CallState;
import io.reprise.mcp.question.OpenCall;
import io.reprise.mcp.signin.Access;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.tool.AskingException;
import io.reprise.tool.ToolCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** One MCP server: the tools that it has, which are listed again when they are old, and their calls. Thread-safe. */
final class McpServer {
    private static final String LIST_CHANGED = "notifications/tools/list_changed";
    private static final int HEADER_MISMATCH = -32020;
    private static final int UNSUPPORTED_VERSION = -32022;

    private final String name;
    private final McpServerDefinition definition;
    private final SignInCards cards;
    private final McpServers.Surroundings around;
    private final ServerLink link;
    private final AtomicReference<CompletableFuture<Known>> refreshing = new AtomicReference<>();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final ServerCalls calls;
    private volatile Known known;
    private volatile boolean retired;
    private volatile long usedMs;

    /**
     * Tools of the server.
     *
     * @param untilMs until when they count as new, on the monotonic clock
     * @param at when they were listed
     */
    record Known(ToolList list, long untilMs, long at) {}

    McpServer(String name, McpServerDefinition definition, McpServers.Surroundings around) {
        this(name, definition, around, Access.NONE, SignInCards.NONE);
    }

    /**
     * @param access what proves to it who asks
     * @param cards how the person who asks signs in
     */
    McpServer(
            String name,
            McpServerDefinition definition,
            McpServers.Surroundings around,
            Access access,
            SignInCards cards) {
        this.name = name;
        this.definition = definition;
        this.cards = cards;
        this.usedMs = around.clock().elapsedMs();
        this.around = around;
        this.link = new ServerLink(name, definition, around, access, this::told);
        this.calls = new ServerCalls(name, shown(), this::settings, around.metrics(), new ServerCalls.Maker() {
            @Override
            public JsonNode make(RemoteTool tool, ObjectNode arguments, CallState from, OpenCall open)
                    throws InterruptedException {
                return calledAgainIfLost(tool, arguments, from, open);
            }

            @Override
            public void idle() {
                if (retired) close();
            }

            @Override
            public Optional<Inquiry> signIn(String challenge) {
                return cards.card(challenge);
            }
        });
    }

    String name() {
        return name;
    }

    /** Its name as people know it. */
    String shown() {
        return definition.title().isBlank() ? name : definition.title();
    }

    McpServerDefinition definition() {
        return definition;
    }

    /** The tools that were listed last, however old they are. */
    Optional<Known> known() {
        return Optional.ofNullable(known);
    }

    Trouble trouble() {
        return link.trouble();
    }

    /** When it was last used, on the monotonic clock. */
    long usedMs() {
        return usedMs;
    }

    /** Calls under way. */
    int underWay() {
        return calls.underWay();
    }

    /** The connection, if there is one. */
    Optional<McpConnection> connected() {
        return link.present();
    }

    /** The tools. Old ones are returned at once and listed again in the background. */
    CompletableFuture<Known> tools() {
        usedMs = around.clock().elapsedMs();
        Known now = known;
        boolean fresh = now != null && around.clock().elapsedMs() < now.untilMs();
        around.metrics().mcpList(name, fresh ? "hit" : now == null ? "miss" : "stale");
        if (fresh) return CompletableFuture.completedFuture(now);
        CompletableFuture<Known> next = refresh(false);
        return now == null ? next : CompletableFuture.completedFuture(now);
    }

    /**
     * Lists the tools again; one list at a time.
     *
     * @param now even if the last attempt failed a moment ago
     */
    CompletableFuture<Known> refresh(boolean now) {
        CompletableFuture<Known> fresh = new CompletableFuture<>();
        CompletableFuture<Known> running = refreshing.get();
        if (running != null && !running.isDone()) return running;
        if (!now && link.isWaiting()) return CompletableFuture.failedFuture(link.unreachable());
        if (!refreshing.compareAndSet(running, fresh)) return refresh(now);
        link.start("list", () -> list(fresh, now));
        return fresh;
    }

    private void list(CompletableFuture<Known> fresh, boolean now) {
        McpConnection to;
        try {
            to = link.get(now);
        } catch (McpFailure | InterruptedException e) {
            fresh.completeExceptionally(e);
            return;
        }
        try {
            ToolList list = link.authorized(() -> to.tools(link.stop()));
            long ttlMs = TimeUnit.SECONDS.toMillis(settings().cache().ttlSeconds());
            known = new Known(
                    list, around.clock().elapsedMs() + ttlMs, around.time().nowMs());
            link.works();
            fresh.complete(known);
        } catch (Throwable e) {
            link.failed(e);
            fresh.completeExceptionally(e);
        }
    }

    /**
     * What the person has to do before the server can be used; empty if there is nothing.
     *
     * @throws McpFailure if the server does not work
     */
    Optional<Inquiry> missing() throws InterruptedException {
        usedMs = around.clock().elapsedMs();
        try {
            ServerLink.awaited(refresh(true));
            return Optional.empty();
        } catch (McpFailure failure) {
            if (failure.kind() != Kind.UNAUTHORIZED) throw failure;
            return cards.card(failure.challenge());
        }
    }

    /** Forgets the tools, and what went wrong. Returns how many tools were forgotten. */
    int clear() {
        Known before = known;
        known = null;
        link.works();
        return before == null ? 0 : before.list().tools().size();
    }

    /**
     * Calls a tool.
     *
     * @throws McpFailure if there is no result
     * @throws AskingException if a person must be asked
     */
    JsonNode call(RemoteTool tool, ObjectNode arguments, ToolCall call, StopSignal caller) throws InterruptedException {
        usedMs = around.clock().elapsedMs();
        return calls.call(tool, arguments, call, caller);
    }

    /** Once more if the server has certainly not acted on the first request. */
    private JsonNode calledAgainIfLost(RemoteTool tool, ObjectNode arguments, CallState from, OpenCall open)
            throws InterruptedException {
        McpConnection first = link.get(false);
        try {
            return link.authorized(() -> call(first, tool, arguments, from, open));
        } catch (McpFailure failure) {
            if (failure.kind() == Kind.SESSION_LOST) {
                link.drop(first);
                return call(link.get(false), tool, arguments, from, open);
            }
            if (failure.code() == HEADER_MISMATCH) {
                return call(first, renewed(tool), arguments, from, open);
            }
            // It may have been replaced by one that speaks another version.
            if (failure.code() == UNSUPPORTED_VERSION || failure.kind() == Kind.INVALID) link.drop(first);
            throw failure;
        }
    }

    private JsonNode call(McpConnection to, RemoteTool tool, ObjectNode arguments, CallState from, OpenCall open)
            throws InterruptedException {
        int callMs = definition.callMs().orElse(settings().waits().callMs());
        return to.call(tool, arguments, from, callMs, open);
    }

    /** The tool as the server describes it now. */
    private RemoteTool renewed(RemoteTool tool) throws InterruptedException {
        return ServerLink.awaited(refresh(true)).list().tools().stream()
                .filter(now -> now.name().equals(tool.name()))
                .findFirst()
                .orElseThrow(() -> McpFailure.of(Kind.ERROR, "The server does not have this tool any more."));
    }

    /**
     * Whether the server answers now, whatever happened before.
     *
     * @throws McpFailure with the reason if it does not
     */
    void check(StopSignal within) throws InterruptedException {
        try {
            answers(within);
        } catch (McpFailure failure) {
            // It works: it wants to know who asks.
            if (!definition.isPersonal() || failure.kind() != Kind.UNAUTHORIZED) throw failure;
        }
    }

    private void answers(StopSignal within) throws InterruptedException {
        McpConnection now = link.get(true);
        try {
            now.ping(settings().check().timeMs(), within);
        } catch (McpFailure failure) {
            link.drop(now);
            if (failure.kind() != Kind.SESSION_LOST) throw failure;
            link.get(true);
        }
    }

    /** Ends the connection when its last call has ended. */
    void retire() {
        retired = true;
        if (calls.underWay() == 0) close();
    }

    void close() {
        calls.close();
        link.close();
    }

    private McpSettings settings() {
        return around.settings().get();
    }

    private void told(String method) {
        if (!method.equals(LIST_CHANGED) || !changed.compareAndSet(false, true)) return;
        link.start("change", () -> {
            try {
                link.stop()
                        .sleep(TimeUnit.MILLISECONDS.toNanos(settings().cache().changeMs()));
                // First, because a change during the list is one more change.
                changed.set(false);
                refresh(false);
            } catch (StoppedException | InterruptedException e) {
                // The end.
            }
        });
    }
}
