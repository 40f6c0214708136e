package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.gateway.access.OriginPolicy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract is complete, the code implements all of it and nothing else, and the protocol document names its paths.
 */
class ContractTest {
    private static final ApiContract CONTRACT = ContractCheck.contract();

    /** Methods, or a path of a cell such as {@code POST, GET `/sessions` (`q`) · GET, PATCH, DELETE `/sessions/{id}`}. */
    private static final Pattern WORD = Pattern.compile("([A-Z]+(?:, [A-Z]+)*)|`(/[^`? ]*)");

    private static final Set<String> COMMANDS = Set.of(
            "/stop",
            "/answer",
            "/unqueue",
            "/requeue",
            "/regenerate",
            "/clear",
            "/keep",
            "/compact",
            "/background",
            "/feedback");

    static Stream<Operation> operations() {
        return CONTRACT.model().operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void an_operation_is_described_for_people_and_names_every_way_it_can_fail(Operation operation) {
        JsonObject model = operation.getOpenAPIModel();
        Set<Integer> expected = new TreeSet<>(Set.of(403, 429, 500));
        if (!operation.getSecurityRequirements().isEmpty()) expected.add(401);
        if (operation.getOpenAPIPath().contains("{")) expected.add(404);
        if (operation.getRequestBody() != null) expected.addAll(Set.of(400, 413, 415));

        assertThat(operation.getOperationId()).matches("[a-z][A-Za-z]+");
        assertThat(model.getString("summary")).as("summary").isNotBlank();
        assertThat(operation.getTags()).as("tags").isNotEmpty();
        for (int status : expected) {
            assertThat(operation.getResponse(status)).as("" + status).isNotNull();
        }
        assertThat(operation.getDefaultResponse())
                .as("a default would allow any answer")
                .isNull();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void a_body_and_its_answer_have_an_example_that_fits(Operation operation) {
        if (operation.getRequestBody() == null) return;
        operation.getRequestBody().getContent().values().forEach(type -> {
            Object example = type.getOpenAPIModel().getValue("example");
            if (type.getIdentifier().equals("application/json")) {
                assertThat(example)
                        .as("example of " + operation.getOperationId())
                        .isNotNull();
                assertThat(CONTRACT.model()
                                .getSchemaRepository()
                                .validator(type.getSchema())
                                .validate(example)
                                .getValid())
                        .as("the example of " + operation.getOperationId() + " fits its schema")
                        .isTrue();
            }
        });
    }

    @Test
    void an_operation_without_a_handler_and_a_handler_without_an_operation_are_found_at_the_start() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Api unbound = new Api(CONTRACT, null, new OriginPolicy(List.of()), null, 1_024);

            assertThatThrownBy(() -> unbound.router(vertx))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no handler for ");
            assertThatThrownBy(() -> unbound.on("nonsense", call -> {})).isInstanceOf(IllegalArgumentException.class);
            unbound.on("getSession", call -> {});
            assertThatThrownBy(() -> unbound.on("getSession", call -> {})).isInstanceOf(IllegalArgumentException.class);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_protocol_describes_every_path_and_method_of_the_contract() throws IOException {
        String protocol = Files.readString(Path.of("webroot/docs/protocol.md"));
        String section = protocol.substring(protocol.indexOf("## 7. HTTP"), protocol.indexOf("## 8."));
        Set<String> described = new LinkedHashSet<>();
        section.lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split(" \\| ")[0])
                .forEach(cell -> described.addAll(described(cell)));

        Set<String> served = new TreeSet<>();
        operations()
                .forEach(o ->
                        served.add(o.getHttpMethod() + " " + o.getOpenAPIPath().replaceAll("\\{[a-z]+}", "{id}")));

        assertThat(described).hasSizeGreaterThan(20).containsAll(served);
    }

    /** A path without a method has the previous one; one that begins like {@code /stop} continues the previous path. */
    private static Set<String> described(String cell) {
        Set<String> found = new LinkedHashSet<>();
        String base = "";
        List<String> methods = List.of();
        Matcher words = WORD.matcher(cell);
        while (words.find()) {
            if (words.group(1) != null) {
                methods = List.of(words.group(1).split(", "));
                continue;
            }
            String path = words.group(2).replace("/api/v1", "");
            boolean continues = !base.isEmpty() && COMMANDS.contains(path);
            if (!continues) base = path;
            String whole = continues ? base.replaceAll("/messages$", "") + path : path;
            for (String method : methods) found.add(method + " " + whole);
        }
        return found;
    }
}
