package io.reprise.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Between clients and a server: cuts connections, loses what the server answers, and follows the server to another port. */
public final class CutProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 14;

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean losesAnswers;
    /** What the server sends waits for it; null if it does not wait. */
    private volatile CountDownLatch held;

    private CutProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    public static CutProxy before(int port) {
        try {
            CutProxy proxy = new CutProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            Thread.ofPlatform().daemon().start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The server of new connections; 0: there is none. */
    public void follow(int port) {
        target = port;
    }

    /** Cuts every connection; new ones are accepted. */
    public void cut() {
        sockets.forEach(CutProxy::close);
        CountDownLatch waiting = held;
        held = null;
        if (waiting != null) waiting.countDown();
    }

    /** What the server sends is not even taken from it, until the next {@link #cut}. */
    public void holdAnswers() {
        held = new CountDownLatch(1);
    }

    /** What the server sends does not arrive, until the next {@link #cut}. */
    public void loseAnswers() {
        losesAnswers = true;
    }

    /** Cuts every connection, and new ones work as usual. */
    public void heal() {
        cut();
        losesAnswers = false;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                Thread.ofPlatform().daemon().start(() -> connect(client));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void connect(Socket client) {
        try {
            if (target == 0) throw new IOException("no server");
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(server);
            Thread.ofPlatform().daemon().start(() -> copy(server, client, true));
            copy(client, server, false);
        } catch (IOException nobody) {
            close(client);
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                CountDownLatch waiting = held;
                if (answers && waiting != null) waiting.await();
                if (!answers || !losesAnswers) out.write(buffer, 0, length);
            }
        } catch (IOException | InterruptedException gone) {
            // The other side is told below.
        }
        sockets.remove(from);
        close(from);
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone.
        }
    }
}
