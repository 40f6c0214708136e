package io.reprise.bench;

import io.vertx.core.http.WebSocketClient;
import java.nio.file.Path;

/** A measurement with its own server. */
interface Scenario {
    /** The name on the command line. */
    String name();

    /** Whether it takes so long that it is measured only when it is named. */
    default boolean onlyByName() {
        return false;
    }

    void run(Setting setting) throws Exception;

    /**
     * @param data an empty folder for a server
     * @param clients makes sockets
     * @param seconds the duration of measurements over time
     */
    record Setting(Path data, WebSocketClient clients, int seconds, Report report) {}
}
