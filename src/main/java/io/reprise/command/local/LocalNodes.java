package io.reprise.command.local;

import io.reprise.config.Settings;
import io.reprise.secret.SecretKeys;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.embedded.PostgresSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the nodes of a {@link LocalCluster} are started with: each its ports, all else the same.
 *
 * @param program what each node runs
 * @param database the private PostgreSQL; empty if the settings name another one
 */
public record LocalNodes(Settings settings, Program program, int count, Optional<DatabaseUri> database) {
    private static final String MEMORY = "-XX:MaxRAMPercentage=";

    /** A node uses three connections for each two of its pool for writes, and some that belong to no pool. */
    private static final int BESIDE_POOLS = 3;

    /**
     * A node.
     *
     * @param main its main class
     * @param config the file of the settings, as it was given
     */
    public record Program(Class<?> main, Optional<Path> config) {}

    /** The command line, with the options of this virtual machine; the memory is divided among the nodes. */
    List<String> command() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .map(this::divided)
                .forEach(words::add);
        words.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), program.main().getName()));
        program.config().ifPresent(file -> words.addAll(List.of("--config", file.toString())));
        return words;
    }

    private String divided(String option) {
        return option.startsWith(MEMORY)
                ? MEMORY + Double.parseDouble(option.substring(MEMORY.length())) / count
                : option;
    }

    /** The settings of one node that differ from those of the file. */
    Map<String, String> environment(int node) {
        Map<String, String> own = new HashMap<>();
        var server = settings.server();
        own.put("SERVER_PORT", port(server.port(), node));
        own.put("SERVER_MANAGEMENT_PORT", port(server.managementPort(), node));
        var cluster = settings.cluster();
        own.put("CLUSTER_ENABLED", "true");
        own.put("CLUSTER_PORT", port(cluster.port(), node));
        own.put("CLUSTER_BUS_PORT", port(cluster.busPort(), node));
        own.put("CLUSTER_MEMBERS", members());
        if (server.port() != 0 && server.isLoopback()) own.putAll(ofClients());
        database.ifPresent(uri -> own.putAll(ofDatabase(uri)));
        return own.entrySet().stream()
                .collect(Collectors.toMap(entry -> "REPRISE_" + entry.getKey(), Map.Entry::getValue));
    }

    /** 0 stands for any port that is free. */
    private static String port(int first, int node) {
        return Integer.toString(first == 0 ? 0 : first + node);
    }

    private String members() {
        var cluster = settings.cluster();
        String host = cluster.host().contains(":") ? "[" + cluster.host() + "]" : cluster.host();
        return IntStream.range(0, count)
                .mapToObj(i -> host + ":" + (cluster.port() + i))
                .collect(Collectors.joining(","));
    }

    /** Clients go on with another node when theirs is gone; a page has the name by which its person called this machine. */
    private Map<String, String> ofClients() {
        String host = settings.server().host();
        List<String> origins = new ArrayList<>(settings.server().origins());
        origins.addAll(origins("localhost"));
        Map<String, String> own = new HashMap<>();
        own.put("SERVER_ORIGINS", String.join(",", origins));
        List<String> urls = settings.cluster().clientUrls();
        List<String> usual = origins(host.contains(":") ? "[" + host + "]" : host);
        own.put("CLUSTER_CLIENT_URLS", String.join(",", urls.isEmpty() ? usual : urls));
        return own;
    }

    private List<String> origins(String host) {
        return IntStream.range(0, count)
                .mapToObj(i -> "http://" + host + ":" + (settings.server().port() + i))
                .toList();
    }

    private Map<String, String> ofDatabase(DatabaseUri uri) {
        Map<String, String> own = new HashMap<>();
        own.put("DATABASE_URL", uri.reveal());
        int each = PostgresSettings.CONNECTIONS / count - BESIDE_POOLS;
        int pool = Math.clamp(each * 2 / 3, 1, settings.database().poolSize());
        own.put("DATABASE_POOL_SIZE", Integer.toString(pool));
        int reads = settings.database().readPoolSize();
        own.put("DATABASE_READ_POOL_SIZE", Integer.toString(Math.min(reads, pool / 2)));
        if (settings.secrets().key().isEmpty()) {
            Path key = settings.data().dir().toAbsolutePath().resolve(SecretKeys.FILE);
            own.put("SECRETS_KEY", "file:" + key);
        }
        return own;
    }
}
