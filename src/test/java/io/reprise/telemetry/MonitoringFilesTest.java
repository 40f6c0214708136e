package io.reprise.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.reprise.config.Settings;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.loop.LoopWatch;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dashboards and alert rules ask for metrics that exist: one that is renamed would stay silent for ever. */
class MonitoringFilesTest {
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:reprise|jvm|process|system|gen_ai_client|mcp_client)_[a-z0-9_]+");

    /** Registered where their values are; the test of the server's metrics knows them, too. */
    private static final List<String> LEVELS = List.of(
            "reprise.ready",
            "reprise.erasures.pending",
            "reprise.tools.abandoned",
            "reprise.tools.background",
            "reprise.http.connections",
            "reprise.unread.bytes",
            "reprise.statements.under.way");

    private static final PrometheusMetrics METRICS = new PrometheusMetrics();
    private static Set<String> known;

    /** Every metric once, as a server has them after a while. */
    @BeforeAll
    static void measure() throws Exception {
        Metrics metrics = METRICS.metrics();
        for (Method method : Metrics.class.getDeclaredMethods()) {
            boolean records = Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getReturnType() == void.class
                    && !method.getName().equals("level");
            if (records) {
                Object[] values = Arrays.stream(method.getParameterTypes())
                        .map(MonitoringFilesTest::value)
                        .toArray();
                method.invoke(metrics, values);
            }
        }
        GenAiMetrics.Called called = new GenAiMetrics.Called("chat", "openai", "m", "h", 443);
        metrics.genAi().ended(called, "", 1);
        metrics.genAi().firstChunk(called, 1);
        metrics.genAi().tokens(called, 1, 1);
        LEVELS.forEach(name -> metrics.level(name, name, () -> 0));
        Vertx vertx = Vertx.vertx();
        try (LoopWatch loops =
                new LoopWatch(1, Current.always(Settings.defaults().watch()), MonotonicClock.system(), metrics)) {
            loops.start(vertx).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        known = names(METRICS.text());
    }

    @AfterAll
    static void close() {
        METRICS.close();
    }

    @Test
    void the_dashboard_shows_metrics_that_exist() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("conf", "grafana", "reprise.json").toFile());
        List<String> asked = new ArrayList<>();
        dashboard
                .get("panels")
                .forEach(panel -> panel.get("targets")
                        .forEach(target -> asked.add(target.get("expr").asText())));

        assertThat(asked).hasSizeGreaterThan(10);
        asked.forEach(MonitoringFilesTest::assertKnown);
    }

    @Test
    void alerts_watch_metrics_that_exist_and_say_what_to_do() throws IOException {
        JsonNode file = new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("conf", "alerts", "reprise.yaml").toFile());
        JsonNode rules = file.get("groups").get(0).get("rules");

        assertThat(rules).hasSizeGreaterThan(5);
        for (JsonNode rule : rules) {
            assertThat(rule.get("annotations").get("description").asText())
                    .as(rule.get("alert").asText())
                    .isNotBlank();
            assertThat(rule.get("labels").get("severity").asText()).isIn("warning", "critical");
            assertKnown(rule.get("expr").asText());
        }
    }

    /** The document lists what exists, and everything that does. */
    @Test
    void the_document_of_metrics_names_each_of_them() throws IOException {
        String text = Files.readString(Path.of("webroot", "docs", "metrics.md"));

        for (String name : known) {
            String family = name.replaceAll("_(bucket|count|sum|max)$", "");
            boolean ours = family.startsWith("reprise_") || family.contains("_client_");
            if (ours) assertThat(text).contains("`" + family + "`");
        }
    }

    private static void assertKnown(String expression) {
        names(expression).forEach(name -> assertThat(known).as(expression).contains(name));
    }

    private static Set<String> names(String text) {
        Set<String> found = new TreeSet<>();
        METRIC.matcher(text).results().forEach(match -> found.add(match.group()));
        return found;
    }

    private static Object value(Class<?> type) {
        if (type == long.class) return 1L;
        if (type == int.class) return 1;
        if (type == boolean.class) return true;
        if (type == String.class) return "x";
        if (type.isEnum()) return type.getEnumConstants()[0];
        throw new AssertionError("a value for " + type);
    }
}
