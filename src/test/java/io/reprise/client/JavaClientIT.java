package io.reprise.client;

/** The scenarios with the Java client. */
class JavaClientIT extends ClientScenarios {
    @Override
    ClientDriver client(String url, String token) {
        return new JavaDriver(url, Token.from(() -> token));
    }
}
