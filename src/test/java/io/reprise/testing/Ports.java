package io.reprise.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are stopped in a test and started again on the same port. */
public final class Ports {
    private static final int FIRST = 10_000;

    /** From here on systems assign ports to any program, including connections of the test itself. */
    private static final int LAST = 32_000;

    /** Each process of the build has its own range of ports; otherwise two could choose the same free port. */
    private static final int SHARES = 8;

    private static final int SHARE = (LAST - FIRST) / SHARES;
    private static final int FIRST_OF_SHARE = FIRST + SHARE * (Integer.getInteger("test.fork", 0) % SHARES);

    private Ports() {}

    /** A free port that is not used by others while its owner is stopped. */
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
