package io.reprise.client;

import java.util.List;

/** The scenarios at the edges with the JavaScript client. */
class JavaScriptClientEdgesIT extends ClientEdgeScenarios {
    @Override
    ClientDriver client(String url, List<String> tokens) {
        return new NodeDriver(url, tokens);
    }
}
