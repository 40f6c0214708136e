package io.reprise.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.McpChannel;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.connection.RemoteTool;
import io.reprise.mcp.connection.ToolList;
import io.reprise.mcp.question.CallState;
import io.reprise.mcp.question.OpenCall;
import io.reprise.mcp.signin.Access;
import io.reprise.mcp.signin.Challenge;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.support.Backoff;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.tool.AskingException;
import io.reprise.tool.ToolCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MCP server: its connection, which is opened when it is needed and again after a pause when it was lost, and the tools
 * that it has. Whoever needs the same at the same time shares one attempt. Thread-safe.
 */
final class McpServer {
    private static final Logger log = LoggerFactory.getLogger(McpServer.class);
    private static final String LIST_CHANGED = "notifications/tools/list_changed";
    private static final int HEADER_MISMATCH = -32020;
    private static final int UNSUPPORTED_VERSION = -32022;

    private final String name;
    private final McpServerDefinition definition;
    private final Access access;
    private final SignInCards cards;
    private final McpServers.Surroundings around;
    private final StopSignal stop = new StopSignal();
    private final AtomicReference<CompletableFuture<McpConnection>> connection = new AtomicReference<>();
    private final AtomicReference<CompletableFuture<Known>> refreshing = new AtomicReference<>();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final ServerCalls calls;
    private volatile Known known;
    private volatile Trouble trouble = Trouble.NONE;
    private volatile boolean retired;
    private volatile long usedMs;

    /**
     * Tools of the server.
     *
     * @param untilMs until when they count as new, on the monotonic clock
     * @param at when they were listed
     */
    record Known(ToolList list, long untilMs, long at) {}

    /**
     * What is wrong.
     *
     * @param failures in a row
     * @param retryMs before this time, on the monotonic clock, nothing is tried
     * @param message null if nothing is wrong
     * @param at when it was last noticed
     */
    record Trouble(int failures, long retryMs, String message, long at) {
        static final Trouble NONE = new Trouble(0, 0, null, 0);
    }

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
        this.access = access;
        this.cards = cards;
        this.usedMs = around.clock().elapsedMs();
        this.around = around;
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
        return trouble;
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
        CompletableFuture<McpConnection> now = connection.get();
        return now != null && isUsable(now) && now.isDone() ? Optional.of(now.join()) : Optional.empty();
    }

    /** The tools. Old ones are returned at once and listed again in the background. */
    CompletableFuture<Known> tools() {
        usedMs = around.clock().elapsedMs();
        Known now = known;
        if (now != null && around.clock().elapsedMs() < now.untilMs()) return CompletableFuture.completedFuture(now);
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
        if (!now && isWaiting()) return CompletableFuture.failedFuture(unreachable());
        if (!refreshing.compareAndSet(running, fresh)) return refresh(now);
        start("list", () -> {
            McpConnection to;
            try {
                to = awaited(connection(now));
            } catch (McpFailure | InterruptedException e) {
                fresh.completeExceptionally(e);
                return;
            }
            try {
                ToolList list = listed(to);
                long ttlMs = TimeUnit.SECONDS.toMillis(settings().cache().ttlSeconds());
                known = new Known(
                        list, around.clock().elapsedMs() + ttlMs, around.time().nowMs());
                trouble = Trouble.NONE;
                fresh.complete(known);
            } catch (Throwable e) {
                failed(e);
                fresh.completeExceptionally(e);
            }
        });
        return fresh;
    }

    /**
     * What the person has to do before the server can be used; empty if there is nothing.
     *
     * @throws McpFailure if the server does not work
     */
    Optional<Inquiry> missing() throws InterruptedException {
        usedMs = around.clock().elapsedMs();
        try {
            awaited(refresh(true));
            return Optional.empty();
        } catch (McpFailure failure) {
            if (failure.kind() != Kind.UNAUTHORIZED) throw failure;
            return cards.card(failure.challenge());
        }
    }

    private ToolList listed(McpConnection to) throws InterruptedException {
        access.prepare();
        try {
            return to.tools(stop);
        } catch (McpFailure failure) {
            if (failure.kind() != Kind.UNAUTHORIZED || !access.renew()) throw failure;
            return to.tools(stop);
        }
    }

    /** Forgets the tools, and what went wrong. Returns how many tools were forgotten. */
    int clear() {
        Known before = known;
        known = null;
        trouble = Trouble.NONE;
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
        McpConnection first = awaited(connection(false));
        access.prepare();
        try {
            return call(first, tool, arguments, from, open);
        } catch (McpFailure failure) {
            if (failure.kind() == Kind.UNAUTHORIZED) {
                // A token that may do too little stays so, however often it is renewed.
                if (Challenge.of(failure.challenge()).wantsMore() || !access.renew()) throw failure;
                return call(first, tool, arguments, from, open);
            }
            if (failure.kind() == Kind.SESSION_LOST) {
                drop(first);
                return call(awaited(connection(false)), tool, arguments, from, open);
            }
            if (failure.code() == HEADER_MISMATCH) {
                return call(first, renewed(tool), arguments, from, open);
            }
            // It may have been replaced by one that speaks another version.
            if (failure.code() == UNSUPPORTED_VERSION || failure.kind() == Kind.INVALID) drop(first);
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
        return awaited(refresh(true)).list().tools().stream()
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
            if (!definition.signsIn() || failure.kind() != Kind.UNAUTHORIZED) throw failure;
        }
    }

    private void answers(StopSignal within) throws InterruptedException {
        McpConnection now = awaited(connection(true));
        try {
            now.ping(settings().check().timeMs(), within);
        } catch (McpFailure failure) {
            drop(now);
            if (failure.kind() != Kind.SESSION_LOST) throw failure;
            awaited(connection(true));
        }
    }

    /** Ends the connection when its last call has ended. */
    void retire() {
        retired = true;
        if (calls.underWay() == 0) close();
    }

    void close() {
        stop.stop(Reason.SHUTDOWN);
        calls.close();
        CompletableFuture<McpConnection> now = connection.getAndSet(null);
        if (now != null) now.thenAccept(McpConnection::close);
    }

    private McpSettings settings() {
        return around.settings().get();
    }

    private boolean isWaiting() {
        return trouble.failures() > 0 && around.clock().elapsedMs() < trouble.retryMs();
    }

    private McpFailure unreachable() {
        return McpFailure.of(Kind.UNREACHABLE, "The server is not available at the moment: " + trouble.message());
    }

    private static boolean isUsable(CompletableFuture<McpConnection> given) {
        if (!given.isDone()) return true;
        return !given.isCompletedExceptionally() && given.join().isOpen();
    }

    private CompletableFuture<McpConnection> connection(boolean now) {
        CompletableFuture<McpConnection> present = connection.get();
        if (present != null && isUsable(present)) return present;
        if (!now && isWaiting()) return CompletableFuture.failedFuture(unreachable());
        CompletableFuture<McpConnection> fresh = new CompletableFuture<>();
        if (!connection.compareAndSet(present, fresh)) return connection(now);
        start("connect", () -> connect(fresh));
        return fresh;
    }

    private void connect(CompletableFuture<McpConnection> fresh) {
        try {
            access.prepare();
            McpConnection opened = opened();
            around.metrics().mcpConnection(name, "opened");
            trouble = Trouble.NONE;
            fresh.complete(opened);
            if (stop.isStopped()) opened.close();
            else if (opened.server().speaks()) start("listen", () -> listen(fresh, opened));
        } catch (Throwable e) {
            around.metrics().mcpConnection(name, "failed");
            failed(e);
            fresh.completeExceptionally(e);
        }
    }

    private McpConnection opened() throws InterruptedException {
        try {
            return open();
        } catch (McpFailure failure) {
            if (failure.kind() != Kind.UNAUTHORIZED || !access.renew()) throw failure;
            return open();
        }
    }

    private McpConnection open() throws InterruptedException {
        McpSettings limits = settings();
        McpChannel channel = around.channels().open(name, definition, access, limits, (method, params) -> told(method));
        return McpConnection.open(channel, limits, around.client(), stop);
    }

    private void drop(McpConnection lost) {
        CompletableFuture<McpConnection> now = connection.get();
        if (now != null && now.isDone() && !now.isCompletedExceptionally() && now.join() == lost) {
            connection.compareAndSet(now, null);
        }
        lost.close();
    }

    private void failed(Throwable cause) {
        if (cause instanceof StoppedException || stop.isStopped()) return;
        // It works, and nobody has to wait after a sign-in.
        if (definition.signsIn() && cause instanceof McpFailure refused && refused.kind() == Kind.UNAUTHORIZED) return;
        String message = cause instanceof McpFailure failure ? failure.getMessage() : "The connection failed.";
        int failures = trouble.failures() + 1;
        Backoff pauses =
                new Backoff(settings().waits().retryMs(), settings().waits().retryMaxMs());
        trouble = new Trouble(
                failures,
                around.clock().elapsedMs() + pauses.pauseMs(failures),
                message,
                around.time().nowMs());
        log.atInfo()
                .addKeyValue("server", name)
                .addKeyValue("failures", failures)
                .addKeyValue("reason", message)
                .setCause(cause instanceof McpFailure ? null : cause)
                .log("an MCP server is not available");
    }

    /** Follows what the server says by itself, as long as this is its connection. */
    private void listen(CompletableFuture<McpConnection> own, McpConnection opened) {
        Backoff pauses =
                new Backoff(settings().waits().retryMs(), settings().waits().retryMaxMs());
        int failures = 0;
        try {
            while (connection.get() == own && opened.isOpen() && !stop.isStopped()) {
                try {
                    opened.listen(stop);
                    failures = 0;
                } catch (McpFailure failure) {
                    boolean offered = failure.kind() == Kind.CUT || failure.kind() == Kind.UNREACHABLE;
                    if (!offered) return;
                }
                stop.sleep(TimeUnit.MILLISECONDS.toNanos(pauses.pauseMs(++failures)));
            }
        } catch (StoppedException | InterruptedException e) {
            // The end.
        }
    }

    private void told(String method) {
        if (!method.equals(LIST_CHANGED) || !changed.compareAndSet(false, true)) return;
        start("change", () -> {
            try {
                stop.sleep(TimeUnit.MILLISECONDS.toNanos(settings().cache().changeMs()));
                // First, because a change during the list is one more change.
                changed.set(false);
                refresh(false);
            } catch (StoppedException | InterruptedException e) {
                // The end.
            }
        });
    }

    private void start(String what, Runnable work) {
        Thread.ofVirtual().name("mcp " + name + " " + what).start(work);
    }

    private static <T> T awaited(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case McpFailure failure -> throw failure;
                case StoppedException stopped ->
                    throw McpFailure.of(Kind.UNREACHABLE, "The connection to the server was closed.", stopped);
                default -> throw McpFailure.of(Kind.UNREACHABLE, "The connection failed.", e.getCause());
            }
        }
    }
}
