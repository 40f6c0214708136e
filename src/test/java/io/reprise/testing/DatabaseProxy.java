package io.reprise.testing;

import io.reprise.store.database.DatabaseUri;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A proxy between a server and its database that makes the database unavailable in the ways of real networks. */
public final class DatabaseProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long PATIENCE_S = Patience.LIMIT.toSeconds();

    private final DatabaseUri database;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile State state = State.PRESENT;
    private volatile Trap trap;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong answeredBytes = new AtomicLong();

    private enum State {
        PRESENT,
        /** Connections are closed as soon as they are made. */
        REFUSING,
        /** All data, in either direction, is delayed. */
        STALLED
    }

    /** What happens to the next request that contains the text; then the database is unavailable. */
    private record Trap(String text, boolean forwarded, CountDownLatch sprung) {}

    private DatabaseProxy(DatabaseUri database, ServerSocket listener) {
        this.database = database;
        this.listener = listener;
    }

    public static DatabaseProxy before(DatabaseUri database) {
        return before(database, InetAddress.getLoopbackAddress().getHostAddress());
    }

    /** Listens on this address. */
    public static DatabaseProxy before(DatabaseUri database, String address) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName(address));
            DatabaseProxy proxy = new DatabaseProxy(database, listener);
            Thread.ofPlatform().daemon().start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same database through this proxy. */
    public DatabaseUri uri() {
        return DatabaseUri.parse("postgresql://" + database.user() + ":" + database.password() + "@"
                + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort() + "/"
                + database.database());
    }

    /** Cuts every connection and refuses new ones. */
    public void refuse() {
        state = State.REFUSING;
        links.forEach(Link::cut);
    }

    /** Silently forwards nothing more, like an unplugged cable. */
    public void stall() {
        state = State.STALLED;
    }

    /** The database is available again: delayed data is forwarded. */
    public void heal() {
        state = State.PRESENT;
        synchronized (this) {
            notifyAll();
        }
    }

    /** Like {@link #heal}, but earlier connections are silently dead, as after a firewall dropped them. */
    public void healForNewConnectionsOnly() {
        links.forEach(link -> link.forgotten = true);
        heal();
    }

    /** The next request with this text does not arrive, and the database is unavailable from then on. */
    public void loseRequestWith(String text) {
        trap = new Trap(text, false, new CountDownLatch(1));
    }

    /**
     * The next request with this text is executed, its answer is lost, and the database is unavailable from then on.
     */
    public void loseAnswerToRequestWith(String text) {
        trap = new Trap(text, true, new CountDownLatch(1));
    }

    /** Waits until the request was lost, or its answer. */
    public void awaitLoss() {
        try {
            if (!trap.sprung().await(PATIENCE_S, TimeUnit.SECONDS)) throw new AssertionError("nothing was lost");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many connections were refused so far. */
    public int refusals() {
        return refused.get();
    }

    /** How many statements were executed so far. */
    public long statements() {
        return statements.get();
    }

    /** How much the database answered so far. */
    public long answeredBytes() {
        return answeredBytes.get();
    }

    @Override
    public void close() {
        refuse();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (state == State.REFUSING) refuse(client);
                else Thread.ofPlatform().daemon().start(() -> connect(client));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void refuse(Socket client) throws IOException {
        refused.incrementAndGet();
        client.close();
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        Link link = new Link(client, server);
        links.add(link);
        try {
            link.awaitPresence();
            server.connect(new InetSocketAddress(database.host(), database.port()));
            Thread.ofPlatform().daemon().start(link::answers);
            link.requests();
        } catch (IOException gone) {
            link.cut();
        }
    }

    /** A connection of the server and its continuation to the database. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean forgotten;
        private volatile Trap awaitedAnswer;
        private final StatementCount count = new StatementCount();

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            InputStream in = client.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitPresence();
                Trap set = trap;
                if (set != null && set.sprung().getCount() > 0 && contains(buffer, length, set.text())) {
                    if (!set.forwarded()) {
                        lose(set);
                        return;
                    }
                    awaitedAnswer = set;
                }
                statements.addAndGet(count.executions(buffer, length));
                server.getOutputStream().write(buffer, 0, length);
            }
            cut();
        }

        void answers() {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = server.getInputStream()) {
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    awaitPresence();
                    if (awaitedAnswer != null) {
                        lose(awaitedAnswer);
                        return;
                    }
                    answeredBytes.addAndGet(length);
                    client.getOutputStream().write(buffer, 0, length);
                }
            } catch (IOException gone) {
                // The other side is told below.
            }
            cut();
        }

        private void lose(Trap set) {
            refuse();
            set.sprung().countDown();
        }

        /** Returns when the data may be forwarded. */
        void awaitPresence() throws IOException {
            synchronized (DatabaseProxy.this) {
                try {
                    while (state == State.STALLED || forgotten && !client.isClosed()) DatabaseProxy.this.wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (state == State.REFUSING) throw new IOException("the database is away");
        }

        void cut() {
            links.remove(this);
            close(client);
            close(server);
            synchronized (DatabaseProxy.this) {
                DatabaseProxy.this.notifyAll();
            }
        }
    }

    private static boolean contains(byte[] bytes, int length, String text) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(text);
    }

    /** With a reset, like a connection that is cut. */
    private static void close(Socket socket) {
        try {
            if (!socket.isClosed()) socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is gone.
        }
    }
}
