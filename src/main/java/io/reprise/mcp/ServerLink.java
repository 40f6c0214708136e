package io.reprise.mcp;

import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.McpChannel;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.connection.McpConnection;
import io.reprise.mcp.signin.Access;
import io.reprise.mcp.signin.Challenge;
import io.reprise.support.Backoff;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one MCP server: it is opened when it is needed, and again after a pause when it was lost. Whoever needs it
 * at the same time shares one attempt. Thread-safe.
 */
final class ServerLink {
    private static final Logger log = LoggerFactory.getLogger(ServerLink.class);

    private final String name;
    private final McpServerDefinition definition;
    private final McpServers.Surroundings around;
    private final Access access;
    private final Consumer<String> told;
    private final StopSignal stop = new StopSignal();
    private final AtomicReference<CompletableFuture<McpConnection>> connection = new AtomicReference<>();
    private volatile Trouble trouble = Trouble.NONE;

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

    /** Something that the server is asked. */
    interface Request<T> {
        /** @throws McpFailure if there is no answer */
        T answer() throws InterruptedException;
    }

    /**
     * @param access what proves to the server who asks
     * @param told gets the methods of what the server says by itself
     */
    ServerLink(
            String name,
            McpServerDefinition definition,
            McpServers.Surroundings around,
            Access access,
            Consumer<String> told) {
        this.name = name;
        this.definition = definition;
        this.around = around;
        this.access = access;
        this.told = told;
    }

    Trouble trouble() {
        return trouble;
    }

    /** Nothing is wrong any more. */
    void works() {
        trouble = Trouble.NONE;
    }

    /** Whether nothing is tried at the moment, because it failed a moment ago. */
    boolean isWaiting() {
        return trouble.failures() > 0 && around.clock().elapsedMs() < trouble.retryMs();
    }

    McpFailure unreachable() {
        return McpFailure.of(Kind.UNREACHABLE, "The server is not available at the moment: " + trouble.message());
    }

    /** Stopped when the connection is closed for good. */
    StopSignal stop() {
        return stop;
    }

    /** The connection, if there is one. */
    Optional<McpConnection> present() {
        CompletableFuture<McpConnection> now = connection.get();
        return now != null && isUsable(now) && now.isDone() ? Optional.of(now.join()) : Optional.empty();
    }

    private static boolean isUsable(CompletableFuture<McpConnection> given) {
        if (!given.isDone()) return true;
        return !given.isCompletedExceptionally() && given.join().isOpen();
    }

    /**
     * The connection; opens it if there is none. Blocks.
     *
     * @param now even if the last attempt failed a moment ago
     * @throws McpFailure if there can be none
     */
    McpConnection get(boolean now) throws InterruptedException {
        return awaited(connection(now));
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
            McpConnection opened = authorized(this::open);
            around.metrics().mcpConnection(name, "opened");
            works();
            fresh.complete(opened);
            if (stop.isStopped()) opened.close();
            else if (opened.server().speaks()) start("listen", () -> listen(fresh, opened));
        } catch (Throwable e) {
            around.metrics().mcpConnection(name, "failed");
            failed(e);
            fresh.completeExceptionally(e);
        }
    }

    private McpConnection open() throws InterruptedException {
        McpSettings limits = around.settings().get();
        McpChannel channel =
                around.channels().open(name, definition, access, limits, (method, params) -> told.accept(method));
        return McpConnection.open(channel, limits, around.client(), stop);
    }

    /** Asks, and once more with another token if the server does not accept this one. */
    <T> T authorized(Request<T> request) throws InterruptedException {
        access.prepare();
        try {
            return request.answer();
        } catch (McpFailure failure) {
            // A token that may do too little stays so, however often it is renewed.
            boolean refused = failure.kind() == Kind.UNAUTHORIZED
                    && !Challenge.of(failure.challenge()).wantsMore();
            if (!refused || !access.renew()) throw failure;
            return request.answer();
        }
    }

    /** Ends this connection; the next use opens another one. */
    void drop(McpConnection lost) {
        CompletableFuture<McpConnection> now = connection.get();
        if (now != null && now.isDone() && !now.isCompletedExceptionally() && now.join() == lost) {
            connection.compareAndSet(now, null);
        }
        lost.close();
    }

    /** Ends the connection for good. */
    void close() {
        stop.stop(Reason.SHUTDOWN);
        CompletableFuture<McpConnection> now = connection.getAndSet(null);
        if (now != null) now.thenAccept(McpConnection::close);
    }

    /** Notes what went wrong, so that nothing is tried for a while. */
    void failed(Throwable cause) {
        if (cause instanceof StoppedException || stop.isStopped()) return;
        // It works, and nobody has to wait after a sign-in.
        if (definition.isPersonal() && cause instanceof McpFailure refused && refused.kind() == Kind.UNAUTHORIZED)
            return;
        String message = cause instanceof McpFailure failure ? failure.getMessage() : "The connection failed.";
        int failures = trouble.failures() + 1;
        trouble = new Trouble(
                failures,
                around.clock().elapsedMs() + pauses().pauseMs(failures),
                message,
                around.time().nowMs());
        log.atInfo()
                .addKeyValue("server", name)
                .addKeyValue("failures", failures)
                .addKeyValue("reason", message)
                .setCause(cause instanceof McpFailure ? null : cause)
                .log("an MCP server is not available");
    }

    private Backoff pauses() {
        McpSettings.Waits waits = around.settings().get().waits();
        return new Backoff(waits.retryMs(), waits.retryMaxMs());
    }

    /** Follows what the server says by itself, as long as this is its connection. */
    private void listen(CompletableFuture<McpConnection> own, McpConnection opened) {
        Backoff pauses = pauses();
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

    /** Does it on a thread of its own. */
    void start(String what, Runnable work) {
        Thread.ofVirtual().name("mcp " + name + " " + what).start(work);
    }

    /** @throws McpFailure whatever it failed with */
    static <T> T awaited(CompletableFuture<T> future) throws InterruptedException {
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
