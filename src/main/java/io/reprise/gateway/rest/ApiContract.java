package io.reprise.gateway.rest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.reprise.message.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Path;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The contract of the REST interface, {@code openapi.yaml}: it is published, and requests are routed and validated by
 * it. Immutable and thread-safe.
 */
public final class ApiContract {
    /** The prefix of all paths. */
    public static final String BASE = "/api/v1";

    private static final String FILE = "/openapi.yaml";
    private static final String PROBLEM = "application/problem+json";

    private final Buffer text;
    private final OpenAPIContract contract;

    private ApiContract(Buffer text, OpenAPIContract contract) {
        this.text = text;
        this.contract = contract;
    }

    /** Fails if the file is not valid OpenAPI. */
    public static Future<ApiContract> load(Vertx vertx) {
        return vertx.executeBlocking(() -> {
                    Buffer text = read();
                    return new Parsed(text, forLibrary(text));
                })
                .compose(parsed ->
                        OpenAPIContract.from(vertx, parsed.json()).map(made -> new ApiContract(parsed.text(), made)));
    }

    private record Parsed(Buffer text, JsonObject json) {}

    private static Buffer read() throws IOException {
        try (InputStream in = ApiContract.class.getResourceAsStream(FILE)) {
            return Buffer.buffer(in.readAllBytes());
        }
    }

    /** The library requires an absolute server URL, and accepts only media types that it can validate. */
    private static JsonObject forLibrary(Buffer yaml) {
        try {
            Map<?, ?> parsed = new JsonMapper(new YAMLFactory()).readValue(yaml.getBytes(), Map.class);
            JsonObject json = mediaTypesForLibrary(new JsonObject(Json.text(parsed)));
            // Authentication is done by our code; given several schemes, the library would insist on doing it.
            json.put(
                    "security",
                    new JsonArray().add(json.getJsonArray("security").getValue(0)));
            return json.put("servers", new JsonArray().add(new JsonObject().put("url", "http://localhost" + BASE)));
        } catch (IOException e) {
            throw new IllegalStateException(FILE + " cannot be read", e);
        }
    }

    private static JsonObject mediaTypesForLibrary(JsonObject json) {
        JsonObject out = new JsonObject();
        json.forEach(entry -> {
            Object value =
                    entry.getValue() instanceof JsonObject object ? mediaTypesForLibrary(object) : entry.getValue();
            boolean content = entry.getKey().equals("content") && value instanceof JsonObject;
            out.put(entry.getKey(), content ? renamed((JsonObject) value) : value);
        });
        return out;
    }

    private static JsonObject renamed(JsonObject content) {
        JsonObject out = new JsonObject();
        content.forEach(entry -> out.put(mediaTypeForLibrary(entry.getKey()), entry.getValue()));
        return out;
    }

    /** The name under which the library validates a body of this type. */
    static String mediaTypeForLibrary(String type) {
        if (type.equals(PROBLEM)) return MediaType.APPLICATION_JSON;
        return MediaType.isMediaTypeSupported(type) ? type : MediaType.APPLICATION_OCTET_STREAM;
    }

    /** The text of the contract as published. */
    public Buffer text() {
        return text;
    }

    OpenAPIContract model() {
        return contract;
    }

    /** The methods of the path in alphabetical order; empty if the path is unknown. */
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        Path known = contract.findPath(path);
        if (known == null) return methods;
        for (Operation operation : known.getOperations()) {
            methods.add(operation.getHttpMethod().name());
            if (operation.getHttpMethod().equals(HttpMethod.GET)) methods.add(HttpMethod.HEAD.name());
        }
        methods.add(HttpMethod.OPTIONS.name());
        return methods;
    }
}
