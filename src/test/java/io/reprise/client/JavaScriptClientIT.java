package io.reprise.client;

/** The scenarios with the JavaScript client. */
class JavaScriptClientIT extends ClientScenarios {
    @Override
    ClientDriver client(String url, String token) {
        return new NodeDriver(url, token);
    }
}
