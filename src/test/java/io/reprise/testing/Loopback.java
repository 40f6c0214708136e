package io.reprise.testing;

import java.util.concurrent.ThreadLocalRandom;

/** Addresses of this machine that nothing else uses, so that servers of a test can have their usual ports. */
public final class Loopback {
    private static final int LAST = 255;

    private Loopback() {}

    /** One of the addresses from 127.1.0.1 on. */
    public static String address() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "127." + random.nextInt(1, LAST) + "." + random.nextInt(0, LAST) + "." + random.nextInt(1, LAST);
    }
}
