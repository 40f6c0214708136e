package io.reprise.gateway.rest;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A request for every operation of the contract, made from its examples, so that new operations are tried without a change. */
final class Examples {
    private Examples() {}

    static List<Operation> operations() {
        return ContractCheck.contract().model().operations().stream()
                .sorted(Comparator.comparing(Operation::getOperationId))
                .toList();
    }

    static boolean isProtected(Operation operation) {
        return !operation.getSecurityRequirements().isEmpty();
    }

    static boolean changes(Operation operation) {
        return !operation.getHttpMethod().equals(HttpMethod.GET);
    }

    /** Its path and what it requires of a query. A parameter of the path that is not given is {@code x}, a number 1. */
    static String path(Operation operation, Map<String, String> given) {
        StringBuilder path = new StringBuilder(operation.getAbsoluteOpenAPIPath());
        String next = "?";
        for (Parameter parameter : operation.getParameters()) {
            String name = parameter.getName();
            boolean isNumber = "integer".equals(parameter.getSchema().<String>get("type"));
            String value = encoded(given.getOrDefault(name, isNumber ? "1" : "x"));
            if (parameter.getIn() == Location.PATH) {
                String key = "{" + name + "}";
                int at = path.indexOf(key);
                path.replace(at, at + key.length(), value);
            } else if (parameter.getIn() == Location.QUERY && parameter.isRequired()) {
                path.append(next).append(name).append('=').append(value);
                next = "&";
            }
        }
        return path.toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** The example of its body; null without a body of JSON. */
    static JsonObject body(Operation operation) {
        if (operation.getRequestBody() == null) return null;
        MediaType json = operation.getRequestBody().getContent().get(MediaType.APPLICATION_JSON);
        return json == null ? null : (JsonObject) plain(json.getOpenAPIModel().getJsonObject("example"));
    }

    /** The objects of a contract are special ones, with a key of the library, which cannot be written if they have a null. */
    private static Object plain(Object value) {
        if (value instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(item -> copy.add(plain(item)));
            return copy;
        }
        if (!(value instanceof JsonObject object)) return value;
        JsonObject copy = new JsonObject();
        object.fieldNames().stream()
                .filter(name -> !name.startsWith("__"))
                .forEach(name -> copy.put(name, plain(object.getValue(name))));
        return copy;
    }

    static String text(JsonObject body) {
        return body == null ? null : body.encode();
    }
}
