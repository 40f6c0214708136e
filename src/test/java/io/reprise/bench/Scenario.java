package io.reprise.bench;

import io.vertx.core.http.WebSocketClient;
import java.nio.file.Path;

/** Something that is measured, with a server of its own. */
interface Scenario {
    /** By which it is chosen on the command line. */
    String name();

    /** Whether it takes so much that it is measured only when it is named. */
    default boolean onlyByName() {
        return false;
    }

    void run(Setting setting) throws Exception;

    /**
     * @param data an empty folder for a server
     * @param clients makes sockets
     * @param seconds how long steady things are measured
     */
    record Setting(Path data, WebSocketClient clients, int seconds, Report report) {}
}
