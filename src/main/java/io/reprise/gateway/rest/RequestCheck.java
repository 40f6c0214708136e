package io.reprise.gateway.rest;

import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.Problem;
import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Validates a request against its operation in the contract. Rules beyond the schema are checked by {@link Fields}. */
final class RequestCheck {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://")
            .setOutputFormat(OutputFormat.Basic);
    private static final Failure NO_JSON = Failure.badRequest("The body is not JSON.");
    private static final Failure NO_OBJECT = Failure.badRequest("The body must be a JSON object.");

    private final Map<Parameter, Validator> parameters = new LinkedHashMap<>();
    private final Set<String> bodies;
    private final JsonSchema jsonSchema;
    private final Validator json;

    /** @param withBody whether the body is checked, too */
    RequestCheck(Operation operation, boolean withBody) {
        for (Parameter parameter : operation.getParameters()) {
            parameters.put(parameter, validator(parameter.getSchema()));
        }
        Map<String, MediaType> types = !withBody || operation.getRequestBody() == null
                ? Map.of()
                : operation.getRequestBody().getContent();
        MediaType type = types.get(MediaType.APPLICATION_JSON);
        bodies = types.keySet();
        jsonSchema = type == null ? null : type.getSchema();
        json = type == null ? null : validator(jsonSchema);
    }

    /**
     * A validator with a repository of its own. Those of the contract's repository each keep a copy of its whole index,
     * which was 35 MB for all operations.
     */
    private static Validator validator(JsonSchema schema) {
        return Validator.create(schema, OPTIONS);
    }

    /** The result of the validation. */
    sealed interface Checked {}

    /**
     * The request is valid.
     *
     * @param values parameters by name: String, Long, Boolean or List; absent ones have their default or are missing
     * @param body the JSON object; empty if there is none or the body has another type
     */
    record Fit(Map<String, Object> values, JsonObject body) implements Checked {}

    /**
     * The request is invalid.
     *
     * @param status possibly more specific than the one of the code
     */
    record Unfit(int status, Failure failure) implements Checked {
        static Unfit of(Failure failure) {
            return new Unfit(failure.code().httpStatus(), failure);
        }

        void refuse(RoutingContext context) {
            Problem.send(context, status, failure);
        }
    }

    Checked of(RoutingContext context) {
        Map<String, Object> values = new HashMap<>();
        for (Map.Entry<Parameter, Validator> entry : parameters.entrySet()) {
            Failure fault = take(entry.getKey(), entry.getValue(), context, values);
            // A path with a malformed identifier cannot exist, so it is not found.
            if (fault != null && entry.getKey().getIn() == Location.PATH) return Unfit.of(Problem.NOTHING_HERE);
            if (fault != null) return Unfit.of(fault);
        }
        return bodies.isEmpty() ? new Fit(values, new JsonObject()) : checkBody(context, values);
    }

    private static Failure take(
            Parameter parameter, Validator validator, RoutingContext context, Map<String, Object> values) {
        String name = parameter.getName();
        List<String> given = given(parameter, context);
        if (given.isEmpty()) {
            Object usual = parameter.getSchema().get("default");
            if (usual != null) values.put(name, usual instanceof Integer number ? (Object) number.longValue() : usual);
            return parameter.isRequired() ? Failure.badRequest("`" + name + "` is missing.") : null;
        }
        Object value = value(parameter.getSchema(), given);
        OutputUnit result = validator.validate(value instanceof List<?> list ? new JsonArray(list) : value);
        if (!result.getValid()) return SchemaWords.failure(parameter.getSchema(), name, result);
        if (!given.stream().allMatch(Texts::isWellFormed)) return SchemaWords.illFormed(name);
        values.put(name, value);
        return null;
    }

    private static List<String> given(Parameter parameter, RoutingContext context) {
        String name = parameter.getName();
        return switch (parameter.getIn()) {
            case PATH -> List.of(context.pathParam(name));
            case QUERY -> context.queryParam(name);
            case HEADER -> context.request().headers().getAll(name);
            case COOKIE -> throw new IllegalStateException("cookies are for authentication");
        };
    }

    /** A value that does not have the type stays a string, which the schema then rejects. */
    private static Object value(JsonSchema schema, List<String> given) {
        String first = given.getFirst();
        return switch (String.valueOf(schema.<Object>get("type"))) {
            case "array" -> given;
            case "integer" -> first.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(first) : first;
            // A parameter without a value is set.
            case "boolean" ->
                first.isEmpty() ? (Object) true : first.matches("true|false") ? (Object) Boolean.valueOf(first) : first;
            default -> first;
        };
    }

    private Checked checkBody(RoutingContext context, Map<String, Object> values) {
        Buffer bytes = BodyReader.take(context);
        String given = mediaType(context);
        boolean none = bytes.length() == 0;
        String type = none ? MediaType.APPLICATION_JSON : given;
        if (!none && !bodies.contains(type)) return new Unfit(415, anotherType());
        if (json == null || !type.equals(MediaType.APPLICATION_JSON)) return new Fit(values, new JsonObject());
        try {
            Object body = none ? new JsonObject() : Json.decodeValue(bytes);
            if (!(body instanceof JsonObject object)) return Unfit.of(NO_OBJECT);
            OutputUnit result = json.validate(withoutNulls(object));
            if (result.getValid()) return new Fit(values, object);
            return Unfit.of(SchemaWords.failure(jsonSchema, null, result));
        } catch (DecodeException e) {
            return Unfit.of(NO_JSON);
        }
    }

    private static String mediaType(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private Failure anotherType() {
        return Failure.badRequest("The body must be " + String.join(" or ", new TreeSet<>(bodies)) + ".");
    }

    /** A null counts as absent. */
    static JsonObject withoutNulls(JsonObject object) {
        if (object.getMap().values().stream().noneMatch(Objects::isNull)) return object;
        JsonObject copy = new JsonObject();
        object.forEach(entry -> {
            if (entry.getValue() != null) copy.put(entry.getKey(), entry.getValue());
        });
        return copy;
    }
}
