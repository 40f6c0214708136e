package io.reprise.gateway.rest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.Response;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether answers follow the contract: status, type, headers, body, and no key that it does not name. */
public final class ContractCheck {
    private static final Vertx VERTX = Vertx.vertx();
    private static final ApiContract CONTRACT = await(ApiContract.load(VERTX));
    private static final ResponseValidator VALIDATOR = ResponseValidator.create(VERTX, CONTRACT.model());

    private ContractCheck() {}

    public static ApiContract contract() {
        return CONTRACT;
    }

    /** To be called with every answer of the REST interface; those of other addresses pass. */
    public static <T> HttpResponse<T> checked(HttpResponse<T> response) {
        String path = response.request().uri().getRawPath();
        HttpMethod method = HttpMethod.valueOf(response.request().method());
        Operation operation =
                path.startsWith(ApiContract.BASE) ? CONTRACT.model().findOperation(path, method) : null;
        if (operation == null) return response;
        try {
            check(operation, response);
            return response;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    operation.getOperationId() + " answered against the contract: " + response.statusCode() + " "
                            + response.body(),
                    e);
        }
    }

    private static void check(Operation operation, HttpResponse<?> response) {
        Response described = operation.getResponse(response.statusCode());
        if (described == null) throw new AssertionError("a status that is not described");
        String type = response.headers().firstValue("Content-Type").orElse(null);
        Map<String, String> headers = new HashMap<>();
        for (Parameter header : described.getHeaders()) {
            String name = header.getName();
            response.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
        }
        if (described.getContent().isEmpty()) {
            if (!String.valueOf(response.body()).isEmpty()) throw new AssertionError("a body that is not described");
            await(VALIDATOR.validate(
                    ValidatableResponse.create(response.statusCode(), headers), operation.getOperationId()));
            return;
        }
        String known = ApiContract.mediaTypeForLibrary(type.split(";")[0]);
        if (!known.equals(MediaType.APPLICATION_JSON)) {
            // A body of another type is checked as a string; the validator does not support it.
            if (described.getContent().get(known) == null) throw new AssertionError("a type that is not described");
            return;
        }
        Buffer body = Buffer.buffer(String.valueOf(response.body()));
        await(VALIDATOR.validate(
                ValidatableResponse.create(response.statusCode(), headers, body, known), operation.getOperationId()));
        MediaType media = described.getContent().get(known);
        noKeyBeyond((JsonObject) (Object) media.getSchema(), Json.decodeValue(body), "");
    }

    private static void noKeyBeyond(JsonObject schema, Object value, String where) {
        if (value instanceof JsonArray array && schema.getJsonObject("items") != null) {
            for (Object item : array) noKeyBeyond(schema.getJsonObject("items"), item, where + "[]");
        }
        if (!(value instanceof JsonObject object) || !schema.containsKey("properties")) return;
        if (schema.containsKey("additionalProperties")) return;
        for (String key : object.fieldNames()) {
            JsonObject property = schema.getJsonObject("properties").getJsonObject(key);
            if (property == null) throw new AssertionError("a key that is not described: " + where + "." + key);
            noKeyBeyond(property, object.getValue(key), where + "." + key);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
