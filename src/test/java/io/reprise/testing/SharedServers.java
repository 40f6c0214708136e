package io.reprise.testing;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One server for all tests of a class with the same settings, each of which uses its own sessions. A field of a base
 * class is shared by all its subclasses, which may run one after another in one process: each starts servers anew.
 */
public final class SharedServers implements AfterAllCallback {
    private final Map<Map<String, String>, TestServer> running = new HashMap<>();

    /** With an empty database before its first test. Must not be closed. */
    public TestServer with(Map<String, String> settings) {
        return running.computeIfAbsent(settings, TestServer::start);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        running.values().forEach(TestServer::close);
        running.clear();
    }
}
