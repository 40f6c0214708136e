package io.reprise.client;

import java.util.List;

/** The scenarios with the JavaScript client. */
class JavaScriptClientIT extends ClientScenarios {
    @Override
    ClientDriver client(String url, List<String> tokens) {
        return new NodeDriver(url, tokens);
    }
}
