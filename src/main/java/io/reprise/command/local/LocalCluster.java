package io.reprise.command.local;

import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.secret.SecretKeys;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import io.reprise.store.embedded.PrivatePostgres;
import io.reprise.support.Uninterrupted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Several nodes on this machine, each a process, and the database that they share: a private PostgreSQL, which this process
 * keeps, if {@code database.url} is not set. It tells of a node that ends, and all of it ends together.
 */
public final class LocalCluster {
    /** So many ports follow each other before those of the other kind begin. */
    public static final int NODES_MAX = 10;

    private static final int FAILED = 3;
    private static final int CANNOT = 1;

    /** Longer than a start that cannot be interrupted, and than the database takes to stop. */
    private static final int SLACK_S = 90;

    private final SettingsSource source;
    private final Settings settings;
    private final LocalNodes.Program program;
    private final int count;
    private final PrintStream out;
    private final PrintStream err;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final List<LocalNodeProcess> nodes = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread runner = Thread.currentThread();
    private PrivatePostgres own;

    private static final class CannotStartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotStartException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What happens. */
    sealed interface News {
        /** A node accepts clients. */
        record Ready() implements News {}

        /** A node has ended, by itself or not. */
        record Ended(LocalNodeProcess node, int code) implements News {}

        /** The private database cannot be used any more. */
        record DatabaseLost(String reason) implements News {}
    }

    /** @param count how many nodes */
    public LocalCluster(
            SettingsSource source,
            Settings settings,
            LocalNodes.Program program,
            int count,
            PrintStream out,
            PrintStream err) {
        this.source = source;
        this.settings = settings;
        this.program = program;
        this.count = count;
        this.out = out;
        this.err = err;
    }

    /** Blocks until it is over, on the thread that created this object; returns the exit code. */
    public int run() {
        try {
            begin();
            return follow();
        } catch (StoreStartException | CannotStartException | SecretKeys.KeyException cannot) {
            say(cannot.getMessage());
            return CANNOT;
        } catch (InterruptedException ended) {
            return 0;
        } finally {
            Uninterrupted.run(this::close);
            over.countDown();
        }
    }

    /** Ends it; blocks until everything has ended. */
    public void end() {
        runner.interrupt();
        try {
            over.await(stopMs() + TimeUnit.SECONDS.toMillis(SLACK_S), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin() {
        if (settings.database().isPrivate()) {
            own = PrivatePostgres.start(settings.data().dir(), settings.database());
            own.watch(settings.database(), reason -> news.add(new News.DatabaseLost(reason)));
            SecretKeys.find(settings, source.environment()); // Makes the key, if there is none.
        }
        Optional<DatabaseUri> database = Optional.ofNullable(own).map(PrivatePostgres::uri);
        LocalNodes plan = new LocalNodes(settings, program, count, database);
        for (int i = 0; i < count; i++) nodes.add(start(plan, i));
    }

    private LocalNodeProcess start(LocalNodes plan, int i) {
        try {
            return LocalNodeProcess.start(plan.command(), plan.environment(i), i + 1, out, err, news::add);
        } catch (IOException e) {
            throw new CannotStartException("a node cannot be started: " + e.getMessage(), e);
        }
    }

    /** Returns when nothing is left that could go on. */
    private int follow() throws InterruptedException {
        int ready = 0;
        int living = count;
        while (true) {
            switch (news.take()) {
                case News.Ready its -> {
                    if (++ready == count) nodes.forEach(node -> out.println(LocalNodeProcess.READY + node.address()));
                }
                case News.Ended ended -> {
                    living--;
                    say(ended.node() + " has ended with exit code " + ended.code()
                            + (ready < count
                                    ? " before all nodes were ready"
                                    : "; " + living + " of " + count + " go on"));
                    if (ready < count) return CANNOT;
                    if (living == 0) return FAILED;
                }
                case News.DatabaseLost lost -> {
                    say(lost.reason());
                    return FAILED;
                }
            }
        }
    }

    private void say(String text) {
        err.println("reprise: " + text);
    }

    private void close() {
        nodes.forEach(LocalNodeProcess::terminate);
        long endMs = stopMs() + TimeUnit.SECONDS.toMillis(SLACK_S) / 2;
        nodes.forEach(node -> node.awaitEnd(endMs));
        if (own != null) own.stop();
    }

    private long stopMs() {
        return (long) settings.shutdown().drainMs() + settings.shutdown().closeMs();
    }
}
