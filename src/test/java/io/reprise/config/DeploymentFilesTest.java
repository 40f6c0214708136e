package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.reprise.config.cluster.ClusterSettings;
import io.reprise.config.read.SettingsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files for deployments name only settings, paths and probes that exist, and leave a stopping server enough time. */
class DeploymentFilesTest {
    private static final Path DEPLOY = Path.of("conf", "deploy");
    private static final Path OPERATIONS = Path.of("webroot", "docs", "operations.md");
    private static final Pattern VARIABLE = Pattern.compile("\\bREPRISE_[A-Z0-9_]+");

    /** Variables that are no settings: the file of the settings, and what only scripts read. */
    private static final Set<String> OTHER_VARIABLES = Set.of("REPRISE_CONFIG", "REPRISE_JAVA_TRAINING");

    /** Named in an explanation as what Kubernetes would set. */
    private static final String REFUSED = "REPRISE_PORT";

    /** What a process takes to end when its server has stopped, generously. */
    private static final int EXIT_S = 10;

    @TempDir
    private Path folder;

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DEPLOY)) {
            return Stream.concat(files.toList().stream(), Stream.of(OPERATIONS));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_variable_is_a_setting(Path file) {
        Set<String> known = keys().stream().map(SettingsReader::variable).collect(Collectors.toSet());

        assertThat(all(VARIABLE, read(file)).filter(name -> !OTHER_VARIABLES.contains(name) && !name.equals(REFUSED)))
                .allSatisfy(name -> assertThat(known).contains(name));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_key_is_a_setting(Path file) {
        Set<String> keys = keys();
        String sections =
                keys.stream().map(key -> key.split("\\.")[0]).distinct().collect(Collectors.joining("|"));
        Pattern key = Pattern.compile("(?<![\\w./-])(?:" + sections + ")\\.[a-z][\\w]*(?:\\.[a-z]\\w*)?\\b(?![/(])");

        Predicate<String> isFile = name -> name.matches(".*\\.(yaml|jar|aot|options|service|conf|md)");
        assertThat(all(key, read(file)).filter(isFile.negate()))
                .allSatisfy(name -> assertThat(keys).contains(name));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_path_of_the_repository_exists(Path file) {
        Pattern path = Pattern.compile("(?<![\\w./-])(?:conf|scripts|webroot|src)/[\\w./-]*\\w");

        assertThat(all(path, read(file)))
                .allSatisfy(name -> assertThat(Path.of(name)).exists());
    }

    @Test
    void the_probes_are_those_of_the_server() {
        String routes = read(Path.of("src/main/java/io/reprise/gateway/rest/OperationRoutes.java"));
        Pattern path = Pattern.compile("/(?:health/\\w+|metrics)\\b");

        List<String> probes = Stream.of("healthy", "kubernetes.yaml", "nginx.conf", "Caddyfile")
                .flatMap(name -> all(path, read(DEPLOY.resolve(name))))
                .toList();

        assertThat(probes)
                .hasSizeGreaterThan(5)
                .allSatisfy(probe -> assertThat(routes).contains("\"" + probe + "\""));
    }

    @Test
    void the_port_of_the_server_is_that_of_the_settings() {
        Map<String, String> ports = new TreeMap<>(Map.of(
                "Caddyfile", "(?<=reverse_proxy 127\\.0\\.0\\.1:)\\d+",
                "nginx.conf", "(?<=server 127\\.0\\.0\\.1:)\\d+",
                "nginx-cluster.conf", "(?<=server 10\\.0\\.0\\.\\d:)\\d+",
                "Containerfile", "(?<=EXPOSE )\\d+",
                "compose.yaml", "(?<=127\\.0\\.0\\.1:)\\d+:\\d+",
                "healthy", "(?<=REPRISE_SERVER_PORT:-)\\d+"));
        String port = String.valueOf(Settings.defaults().server().port());

        ports.forEach((file, pattern) -> assertThat(all(Pattern.compile(pattern), read(DEPLOY.resolve(file))))
                .as(file)
                .isNotEmpty()
                .allMatch(found -> found.equals(port) || found.equals(port + ":" + port)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.yaml", "kubernetes-cluster.yaml"})
    void probes_and_services_name_ports_that_the_server_has(String file) throws IOException {
        List<JsonNode> documents = documents(file);
        JsonNode template = one(documents, "Deployment|StatefulSet").at("/spec/template");
        Map<String, String> ports = new HashMap<>();
        template.at("/spec/containers/0/ports")
                .forEach(each -> ports.put(
                        each.get("name").asText(), each.get("containerPort").asText()));
        JsonNode settings = new YAMLMapper()
                .readTree(one(documents, "ConfigMap").at("/data/reprise.yaml").asText());

        assertThat(ports.get("http"))
                .isEqualTo(String.valueOf(Settings.defaults().server().port()));
        assertThat(ports.get("management"))
                .isEqualTo(settings.at("/server/managementPort").asText())
                .isEqualTo(
                        template.at("/metadata/annotations/prometheus.io~1port").asText());
        List<String> used = new ArrayList<>();
        template.findValues("httpGet")
                .forEach(probe -> used.add(probe.get("port").asText()));
        documents.forEach(each -> used.addAll(each.findValuesAsText("targetPort")));
        assertThat(used).hasSizeGreaterThan(2).isSubsetOf(ports.keySet());
    }

    private static JsonNode one(List<JsonNode> documents, String kinds) {
        return documents.stream()
                .filter(each -> each.get("kind").asText().matches(kinds))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_settings_of_the_container_are_valid() {
        assertThat(image()).containsKeys("REPRISE_AUTH_MODE", "REPRISE_DATA_DIR");
        assertThat(load(null, image())).isInstanceOf(LoadedSettings.Valid.class);
    }

    /** Symptom: the image had no health check. Cause: Podman leaves it out of images of its usual format. */
    @Test
    void images_keep_the_health_check_of_their_file() {
        String file = read(DEPLOY.resolve("Containerfile"));
        String document = read(Path.of("webroot", "docs", "operations.md"));

        assertThat(file).containsPattern("(?m)^HEALTHCHECK .* CMD \\[\"/opt/reprise/healthy\"]$");
        for (String text : List.of(file, document)) {
            assertThat(text.lines().filter(line -> line.contains("podman build")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("--format docker"));
        }
    }

    @Test
    void the_settings_of_compose_are_valid() throws IOException {
        JsonNode service = documents("compose.yaml").getFirst().at("/services/reprise");
        Map<String, String> environment = image();
        service.get("environment")
                .properties()
                .forEach(each -> environment.put(
                        each.getKey(), each.getValue().asText().replaceAll("\\$\\{\\w+:\\?}", "x".repeat(64))));

        assertThat(load(null, environment)).isInstanceOf(LoadedSettings.Valid.class);
        assertThat(stopSeconds(service.get("stop_grace_period").asText().replace("m", "min")))
                .isGreaterThanOrEqualTo(stopSeconds());
    }

    @Test
    void the_settings_of_kubernetes_are_valid() throws IOException {
        Map<String, JsonNode> kinds = documents("kubernetes.yaml").stream()
                .collect(Collectors.toMap(each -> each.get("kind").asText(), each -> each));
        Map<String, String> environment = image();
        kinds.get("Secret")
                .get("stringData")
                .properties()
                .forEach(each -> environment.put(each.getKey(), each.getValue().asText()));
        String file = kinds.get("ConfigMap").at("/data/reprise.yaml").asText();

        assertThat(load(file, environment)).isInstanceOf(LoadedSettings.Valid.class);
        JsonNode pod = kinds.get("Deployment").at("/spec/template/spec");
        assertThat(pod.get("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(stopSeconds());
        assertThat(kinds.get("Deployment").at("/spec/strategy/type").asText()).isEqualTo("Recreate");
        // A Service called "reprise" would otherwise set variables that the server refuses.
        assertThat(pod.get("enableServiceLinks").asBoolean(true)).isFalse();
    }

    @Test
    void the_nodes_of_kubernetes_find_each_other() throws IOException {
        Map<String, JsonNode> named = documents("kubernetes-cluster.yaml").stream()
                .collect(Collectors.toMap(
                        each -> each.get("kind").asText() + " "
                                + each.at("/metadata/name").asText(),
                        each -> each));
        Map<String, String> environment = image();
        named.get("Secret reprise")
                .get("stringData")
                .properties()
                .forEach(each -> environment.put(each.getKey(), each.getValue().asText()));
        environment.put("REPRISE_CLUSTER_HOST", "10.1.2.3");
        JsonNode pod = named.get("StatefulSet reprise").at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        JsonNode headless = named.get("Service reprise-nodes");

        LoadedSettings loaded =
                load(named.get("ConfigMap reprise").at("/data/reprise.yaml").asText(), environment);

        assertThat(loaded).isInstanceOf(LoadedSettings.Valid.class);
        ClusterSettings cluster = ((LoadedSettings.Valid) loaded).settings().cluster();
        assertThat(cluster.enabled()).isTrue();
        assertThat(cluster.members())
                .containsExactly(headless.at("/metadata/name").asText());
        assertThat(headless.at("/spec/clusterIP").asText()).isEqualTo("None");
        assertThat(headless.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
        assertThat(container.get("ports").findValuesAsText("containerPort"))
                .contains(String.valueOf(cluster.port()), String.valueOf(cluster.busPort()));
        assertThat(container.get("env").findValuesAsText("name")).contains("REPRISE_CLUSTER_HOST");
        assertThat(pod.get("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(stopSeconds());
        assertThat(pod.get("enableServiceLinks").asBoolean(true)).isFalse();
    }

    @Test
    void nginx_is_the_same_in_front_of_one_server_and_of_several_but_for_the_servers() {
        String one = locations(read(DEPLOY.resolve("nginx.conf")));
        String several = locations(read(DEPLOY.resolve("nginx-cluster.conf")));

        assertThat(several).startsWith(one).doesNotContain("ip_hash", "sticky", "hash ");
    }

    /** What it does with requests, up to its times. */
    private static String locations(String nginx) {
        return nginx.substring(
                nginx.indexOf("server {\n    listen 443"), nginx.indexOf("    }\n}\n", nginx.indexOf("location / {")));
    }

    @Test
    void systemd_waits_for_the_drain_and_signals_the_server_only() {
        String unit = read(DEPLOY.resolve("reprise.service"));

        assertThat(Integer.parseInt(all(Pattern.compile("(?<=TimeoutStopSec=)\\d+"), unit)
                        .findFirst()
                        .orElseThrow()))
                .isGreaterThanOrEqualTo(stopSeconds());
        assertThat(unit).contains("\nKillMode=mixed\n", "\nExecReload=/bin/kill -HUP $MAINPID\n");
    }

    @Test
    void all_start_what_is_assembled() {
        String assemble = read(Path.of("scripts", "assemble"));

        for (String name : List.of("java.options", "cache.options")) {
            assertThat(assemble).contains(name);
            assertThat(read(DEPLOY.resolve("Containerfile"))).contains("\"@" + name + "\"");
            assertThat(read(DEPLOY.resolve("reprise.service"))).contains(" @" + name + " ");
        }
    }

    /** The longest graceful stop with the default settings. */
    private static int stopSeconds() {
        Settings settings = Settings.defaults();
        return (settings.shutdown().drainMs() + settings.shutdown().closeMs()) / 1000 + EXIT_S;
    }

    private static int stopSeconds(String minutes) {
        return Integer.parseInt(minutes.replace("min", "")) * 60;
    }

    private static Map<String, String> image() {
        return settings(
                read(DEPLOY.resolve("Containerfile")).replaceAll("(?s)^.*\nENV ", ""),
                "(REPRISE_[A-Z_]+)=([^ \n\\\\]+)");
    }

    private static Map<String, String> settings(String text, String assignment) {
        Map<String, String> found = new HashMap<>();
        Pattern.compile(assignment)
                .matcher(text.replaceAll("(?m)^#.*$", ""))
                .results()
                .forEach(each -> found.put(each.group(1), each.group(2)));
        return found;
    }

    private LoadedSettings load(String file, Map<String, String> variables) {
        Map<String, String> environment =
                new HashMap<>(Map.of("SIGNING_KEY", "k".repeat(64), "SECRETS_KEY", "s".repeat(64)));
        environment.putAll(variables);
        environment.putIfAbsent("REPRISE_AUTH_SECRET", "env:SIGNING_KEY");
        if (file == null) return Settings.load(environment);
        environment.remove("REPRISE_AUTH_SECRET");
        try {
            return Settings.load(Files.writeString(folder.resolve("reprise.yaml"), file), environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> documents(String name) throws IOException {
        YAMLMapper mapper = new YAMLMapper();
        try (MappingIterator<JsonNode> documents =
                mapper.readerFor(JsonNode.class).readValues(DEPLOY.resolve(name).toFile())) {
            return new ArrayList<>(documents.readAll());
        }
    }

    private static Set<String> keys() {
        SettingsReader reader = SettingsReader.of(Map.of());
        Settings.read(reader);
        return new TreeSet<>(reader.keys());
    }

    private static Stream<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
