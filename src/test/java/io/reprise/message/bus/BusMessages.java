package io.reprise.message.bus;

import io.reprise.message.BusMessage;
import java.util.List;

/** Messages of every type, for tests of other packages. */
public final class BusMessages {
    private BusMessages() {}

    public static List<BusMessage> all() {
        return BusCodecTest.messages();
    }
}
