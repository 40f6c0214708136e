package io.reprise.tool.http;

import io.reprise.outgoing.OutgoingHttp;
import io.reprise.tool.ToolRegistry;
import io.reprise.tool.ToolSource;
import java.util.Map;
import java.util.Optional;

/** The declared tools that can be called. Thread-safe. */
public final class HttpTools implements ToolSource {
    private final DeclaredTools declared;
    private final OutgoingHttp http;
    private final Map<String, String> environment;

    /** @param environment in which the secrets of tools are */
    public HttpTools(DeclaredTools declared, OutgoingHttp http, Map<String, String> environment) {
        this.declared = declared;
        this.http = http;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public ToolRegistry now() {
        return new ToolRegistry(declared.definitions().stream()
                .map(definition -> new HttpTool(definition, http, environment))
                .toList());
    }

    /** The tool that people may call without an agent. */
    Optional<HttpTool> direct(String name) {
        return now().find(name).map(HttpTool.class::cast).filter(HttpTool::isDirect);
    }

    /** The files and what became of them. */
    public DeclaredTools declared() {
        return declared;
    }
}
