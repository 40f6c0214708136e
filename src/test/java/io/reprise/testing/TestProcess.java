package io.reprise.testing;

import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Applies to every test of a process; JUnit finds it automatically. */
public final class TestProcess implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Patience.LIMIT);
        Locale.setDefault(Locale.ROOT); // As the main method of the server does.
    }
}
