package io.reprise;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may use which. A rule for a package that does not exist yet has no effect until it exists. */
class ArchitectureTest {
    private static final String ROOT = "io.reprise";

    /** Package and our packages that it may import. The root package composes all of them and may import everything. */
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry(
                    "gateway",
                    List.of(
                            "account",
                            "apikey",
                            "attachment",
                            "history",
                            "job",
                            "reload",
                            "secret",
                            "hook",
                            "webhook",
                            "push",
                            "mcp",
                            "tool",
                            "message",
                            "catalog",
                            "config",
                            "telemetry",
                            "support")),
            Map.entry(
                    "session",
                    List.of("attachment", "history", "schedule", "message", "config", "telemetry", "support")),
            Map.entry("history", List.of("message", "support")),
            Map.entry(
                    "agent",
                    List.of("model", "tool", "history", "message", "catalog", "config", "telemetry", "support")),
            Map.entry("model", List.of("message", "catalog", "config", "telemetry", "support")),
            Map.entry("tool", List.of("account", "outgoing", "message", "catalog", "config", "telemetry", "support")),
            Map.entry(
                    "mcp",
                    List.of(
                            "account",
                            "secret",
                            "tool",
                            "outgoing",
                            "message",
                            "catalog",
                            "config",
                            "telemetry",
                            "support")),
            Map.entry("timer", List.of("schedule", "message", "config", "telemetry", "support")),
            Map.entry("job", List.of("lease", "schedule", "message", "config", "telemetry", "support")),
            Map.entry("reload", List.of("message", "config", "support")),
            Map.entry("lease", List.of("support")),
            Map.entry("cluster", List.of("config", "support")),
            Map.entry("secret", List.of("config", "support")),
            Map.entry("hook", List.of("secret", "message", "config", "support")),
            Map.entry("webhook", List.of("outgoing", "secret", "message", "config", "telemetry", "support")),
            Map.entry("push", List.of("outgoing", "account", "secret", "message", "config", "telemetry", "support")),
            Map.entry("outgoing", List.of("config", "support")),
            Map.entry("schedule", List.of("support")),
            Map.entry("catalog", List.of("message", "config", "support")),
            Map.entry("config", List.of("message", "support")),
            Map.entry("message", List.of("support")),
            Map.entry("account", List.of("support")),
            Map.entry("apikey", List.of("message", "config", "support")),
            Map.entry("command", List.of("apikey", "secret", "store", "config", "telemetry", "support")),
            Map.entry("attachment", List.of("support")),
            // Adapters of the ports of these packages, and the types that the ports use.
            Map.entry(
                    "store",
                    List.of(
                            "account",
                            "apikey",
                            "attachment",
                            "session",
                            "history",
                            "agent",
                            "timer",
                            "job",
                            "reload",
                            "lease",
                            "hook",
                            "webhook",
                            "push",
                            "secret",
                            "catalog",
                            "schedule",
                            "message",
                            "config",
                            "telemetry",
                            "support")),
            // Logging is configured by its settings.
            Map.entry("telemetry", List.of("config", "support")),
            // Steps of the build.
            Map.entry("page", List.of()),
            Map.entry("training", List.of()),
            Map.entry("client", List.of()),
            Map.entry("support", List.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    static Stream<Arguments> packages() {
        return MAY_IMPORT.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_imports_only_what_its_row_allows(String name, List<String> allowed) {
        check(classes()
                .that()
                .resideInAPackage(in(name))
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + "..")
                        .or(resideInAPackage(in(name)))
                        .or(resideInAnyPackage(
                                allowed.stream().map(ArchitectureTest::in).toArray(String[]::new)))));
    }

    @Test
    void every_package_has_its_row() {
        String[] known = Stream.concat(
                        Stream.of(ROOT), MAY_IMPORT.keySet().stream().map(ArchitectureTest::in))
                .toArray(String[]::new);
        check(classes().should().resideInAnyPackage(known));
    }

    @Test
    void packages_are_free_of_cycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    /** The package itself composes its parts and may use all of them. */
    @ParameterizedTest
    @ValueSource(strings = {"agent", "config", "gateway", "history", "message", "model.provider", "session", "store"})
    void the_parts_of_a_package_are_free_of_cycles(String name) {
        check(slices().matching(ROOT + "." + name + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void the_parts_of_a_session_do_not_depend_on_the_session() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".session.(*)..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".session"));
    }

    @Test
    void the_port_of_the_store_of_sessions_knows_no_other_part_of_a_session() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".session.store")
                .should()
                .dependOnClassesThat(resideInAPackage(in("session"))
                        .and(DescribedPredicate.not(resideInAPackage(ROOT + ".session.store")))));
    }

    @ParameterizedTest
    @MethodSource("pure")
    void client_and_support_need_nothing_but_the_jdk_and_vertx(String name) {
        check(classes()
                .that()
                .resideInAPackage(in(name))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "io.vertx..", in(name))));
    }

    static Stream<String> pure() {
        return Stream.of("client", "support");
    }

    @Test
    void only_the_store_speaks_to_databases() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("store"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx.sqlclient..",
                        "io.vertx.pgclient..",
                        "io.vertx.redis..",
                        "java.sql..",
                        "javax.sql..",
                        "org.postgresql..",
                        "org.flywaydb.."));
    }

    @Test
    void only_the_gateway_speaks_http_routes() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(in("gateway"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.ext.web.."));
    }

    @Test
    void json_objects_are_only_used_in_gateway_store_and_client_and_by_the_library_for_schemas() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(in("gateway"), in("store"), in("client"), in("tool.http"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.core.json.."));
    }

    @Test
    void only_support_reads_the_system_clock_and_the_client_which_has_no_other_package() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(in("support"), in("client"))
                .should()
                .accessTargetWhere(target(wallClock())));
    }

    private static DescribedPredicate<AccessTarget> wallClock() {
        return DescribedPredicate.describe("the clock of the wall", target -> {
            String owner = target.getOwner().getName();
            String name = target.getName();
            return owner.equals("java.lang.System")
                            && Set.of("currentTimeMillis", "nanoTime").contains(name)
                    || owner.equals("java.time.Clock") && (name.startsWith("system") || name.startsWith("tick"))
                    || owner.startsWith("java.time.") && name.equals("now") && !takesClock(target)
                    || owner.equals("java.util.Date")
                            && name.equals("<init>")
                            && parameters(target).isEmpty();
        });
    }

    private static boolean takesClock(AccessTarget target) {
        return parameters(target).contains("java.time.Clock");
    }

    private static List<String> parameters(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget code
                ? code.getRawParameterTypes().stream()
                        .map(type -> type.getName())
                        .toList()
                : List.of();
    }

    /** A folder with more files than this is hard to survey and should be split. */
    private static final int FILES_OF_FOLDER_MAX = 25;

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/main/resources"})
    void no_folder_of_the_code_has_too_many_files(String below) throws IOException {
        Map<Path, Long> files;
        try (Stream<Path> all = Files.walk(Path.of(below))) {
            files = all.filter(Files::isRegularFile).collect(groupingBy(Path::getParent, counting()));
        }

        assertThat(files).isNotEmpty();
        assertThat(files)
                .allSatisfy(
                        (folder, count) -> assertThat(count).as("%s", folder).isLessThanOrEqualTo(FILES_OF_FOLDER_MAX));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static String in(String name) {
        return ROOT + "." + name + "..";
    }
}
