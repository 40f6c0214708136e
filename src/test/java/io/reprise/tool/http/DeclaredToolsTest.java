package io.reprise.tool.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.definition.SecretRules;
import io.reprise.config.Settings;
import io.reprise.config.read.FileText;
import io.reprise.support.Current;
import io.reprise.tool.Tool;
import io.reprise.tool.builtin.BuiltInTools;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeclaredToolsTest {
    private final DeclaredTools tools = new DeclaredTools(SecretRules.NONE, Set.of("time"));

    @Test
    void a_broken_file_keeps_its_last_good_version_and_takes_nothing_from_others() {
        use(file("a", good("one")), file("b", good("two")));

        List<String> changes = use(file("a", "description: ["), file("b", good("other")));

        assertThat(changes).containsExactly("tool a (not usable)", "tool b");
        assertThat(descriptions()).containsExactly("one", "other");
        assertThat(tools.states().getFirst().used()).isTrue();
        assertThat(tools.states().getFirst().problems()).isNotEmpty();
        assertThat(tools.states().getLast().problems()).isEmpty();

        assertThat(use(file("a", good("three")), file("b", good("other")))).containsExactly("tool a");
        assertThat(descriptions()).containsExactly("three", "other");
    }

    @Test
    void a_file_that_was_never_good_is_no_tool() {
        use(file("a", "description: x"));

        assertThat(descriptions()).isEmpty();
        assertThat(tools.states().getFirst().used()).isFalse();
    }

    @Test
    void a_file_that_is_gone_is_a_tool_no_more_even_if_it_was_broken() {
        use(file("a", good("one")));
        use(file("a", "description: ["));

        assertThat(use()).containsExactly("tool a (removed)");
        assertThat(descriptions()).isEmpty();
    }

    @Test
    void the_same_files_again_change_nothing() {
        use(file("a", good("one")), file("b", "description: ["));

        assertThat(use(file("a", good("one")), file("b", "description: ["))).isEmpty();
    }

    @Test
    void a_name_is_used_once_and_not_that_of_a_built_in_tool() {
        use(file("a", good("one")), file("b", "name: a\n" + good("two")), file("time", good("three")));

        assertThat(descriptions()).containsExactly("one");
        assertThat(tools.states().stream().flatMap(state -> state.problems().stream()))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.fault()).isEqualTo("is the name of another tool"));
    }

    @Test
    void a_file_that_cannot_be_read_keeps_its_last_good_version() {
        use(file("a", good("one")));

        use(new FileText("conf/tools/a.yaml", "", "cannot be read as UTF-8 text"));

        assertThat(descriptions()).containsExactly("one");
        assertThat(tools.states().getFirst().problems()).isNotEmpty();
    }

    @Test
    void the_names_of_all_built_in_tools_are_known() {
        Settings all = Settings.with(Map.of("tools.fetch.allow", "*", "tools.files.folder", "/tmp"));

        assertThat(new BuiltInTools(null, null, null, Current.always(all)).now().all())
                .extracting(Tool::name)
                .containsExactlyInAnyOrderElementsOf(BuiltInTools.NAMES);
    }

    private List<String> use(FileText... files) {
        DeclaredTools.Next next = tools.judge(List.of(files));
        next.use();
        return next.changes();
    }

    private List<String> descriptions() {
        return tools.definitions().stream().map(HttpToolDefinition::description).toList();
    }

    private static FileText file(String name, String text) {
        return FileText.of("conf/tools/" + name + ".yaml", text);
    }

    private static String good(String description) {
        return "description: " + description + "\nrequest: {url: 'https://example.org/'}\n";
    }
}
