package io.reprise.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for what goes away in a test and comes back where it was. */
public final class Ports {
    private static final int FIRST = 10_000;

    /** From here on systems give ports to whoever asks for any, also to connections of the test itself. */
    private static final int LAST = 32_000;

    /** Each process of the build has ports of its own, or two would be given one that only looks free. */
    private static final int SHARES = 8;

    private static final int SHARE = (LAST - FIRST) / SHARES;
    private static final int FIRST_OF_SHARE = FIRST + SHARE * (Integer.getInteger("test.fork", 0) % SHARES);

    private Ports() {}

    /** One that is free, and that nobody is given while its owner is away. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_OF_SHARE, FIRST_OF_SHARE + SHARE);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one.
            }
        }
    }
}
