package io.reprise.testing;

import com.microsoft.playwright.BrowserContext;
import io.reprise.tool.Tool;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Shared parts of tests of the page: a server and a browser for the class, and a new user for each test. */
public final class PageBench implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private final Map<String, String> settings;
    private final List<Tool> tools;
    private boolean whole;
    private TestServer server;
    private TestBrowser browser;
    private String user;
    private BrowserContext person;

    /** @param tools in addition to those of the server */
    public PageBench(Map<String, String> settings, Tool... tools) {
        this.settings = settings;
        this.tools = List.of(tools);
    }

    /** In a whole browser, which has push messages. */
    public PageBench whole() {
        whole = true;
        return this;
    }

    public TestServer server() {
        return server;
    }

    public TestBrowser browser() {
        return browser;
    }

    /** The name of the user of this test. */
    public String user() {
        return user;
    }

    /** The user's browser. */
    public BrowserContext person() {
        return person;
    }

    /** The next tab of the browser, with the page in its initial state. */
    public Tab open() {
        return open(server.url());
    }

    /** The next tab of the browser. */
    public Tab open(String url) {
        return browser.open(person, url);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        browser = whole ? TestBrowser.startWhole() : TestBrowser.start();
        server = TestServer.start(TestDatabase.fresh(), settings, tools);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        user = "p" + UUID.randomUUID();
        person = browser.person(user);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (person != null) person.close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (server != null) server.close();
        if (browser != null) browser.close();
    }
}
