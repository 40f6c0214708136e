package io.reprise.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.reprise.store.postgres.CheckedStatements.Checked;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that {@link CheckedStatements} lists all statements of the server, so that each has a check of its plan. */
class PgStatementsTest {
    private static final Path SOURCES = Path.of("src/main/java/io/reprise/store");
    private static final Pattern STATEMENT =
            Pattern.compile("\\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\\b.*", Pattern.DOTALL);

    /** Parts of statements, which are not statements by themselves. */
    private static final Set<String> PARTS =
            Set.of("PgAppend.OF_SESSION", "PgLogReader.BEGUN", "PgRecallDirectory.LIST", "PgUsage.TOTALS");

    /** A text in a call that sends it, or in a method. */
    private static final Pattern NAMELESS = Pattern.compile(
            "(?:\\b(?:run|read|preparedQuery|query)\\(\\s*(?:\"|[A-Z_.a-z]+\\s*\\+)|\\n {8,}String \\w+ =\\s*\"+\\s*"
                    + "(?:SELECT|WITH|INSERT|UPDATE|DELETE)).{0,60}",
            Pattern.DOTALL);

    @Test
    void every_statement_has_a_check_of_its_plan() throws Exception {
        Set<String> checked =
                CheckedStatements.all().stream().map(Checked::name).collect(Collectors.toCollection(TreeSet::new));

        Set<String> statements = new TreeSet<>();
        for (JavaClass found : new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages(CheckedStatements.PACKAGES.stream()
                        .map(part -> "io.reprise.store." + part)
                        .toArray(String[]::new))) {
            statements.addAll(constants(found.reflect()));
        }

        statements.removeAll(PARTS);
        assertThat(statements).hasSizeGreaterThan(50);
        assertThat(checked).as("add it to CheckedStatements").containsAll(statements);
    }

    /** A statement in a call has no name, so the test above would not see it. */
    @Test
    void every_statement_has_a_name() throws IOException {
        for (String part : CheckedStatements.PACKAGES) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(part))) {
                for (Path file : files.toList()) {
                    String source = Files.readString(file);
                    assertThat(NAMELESS.matcher(source).results().map(MatchResult::group))
                            .as("statements without a constant in " + file)
                            .isEmpty();
                }
            }
        }
    }

    private static Set<String> constants(Class<?> type) throws IllegalAccessException {
        Set<String> found = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() != String.class || !java.lang.reflect.Modifier.isStatic(field.getModifiers())) continue;
            field.setAccessible(true);
            if (STATEMENT.matcher((String) field.get(null)).matches()) {
                found.add(type.getSimpleName() + "." + field.getName());
            }
        }
        return found;
    }
}
