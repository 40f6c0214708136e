package io.reprise.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private final Map<String, String> sources = new LinkedHashMap<>();

    @Test
    void modules_are_in_the_order_of_their_imports_with_separate_names() {
        sources.put(
                "js/main.js",
                "import { a as x, b } from './a.js'\nimport * as all from './sub/c.js'\nuse(x, b, all)\n");
        sources.put("js/a.js", "/** Not kept. */\nexport const a = 1\nfunction inner() {}\nexport { inner as b }\n");
        sources.put("js/sub/c.js", "import '../a.js'\n// Nor this.\nexport function c() {}\n");

        assertThat(written("js/main.js").text()).isEqualTo("""
                const $0 = (() => {
                const a = 1
                function inner() {}
                return { a: a, b: inner, }
                })()
                const $1 = (() => {
                function c() {}
                return { c: c, }
                })()
                const $2 = (() => {
                const { a: x, b } = $0
                const all = $1
                use(x, b, all)
                return { }
                })()
                """);
    }

    @Test
    void comments_and_indentation_of_our_modules_are_left_out_and_texts_are_not() {
        sources.put("js/main.js", """
                if (a) {
                  use(a) // Not kept.
                  use('http://host // kept')
                  use(`one // kept
                  two`) // 'kept'
                }
                """);

        assertThat(written("js/main.js").text()).isEqualTo("""
                const $0 = (() => {
                if (a) {
                use(a)
                use('http://host // kept')
                use(`one // kept
                two`) // 'kept'
                }
                return { }
                })()
                """);
    }

    @Test
    void minified_libraries_are_read_and_keep_their_comments() {
        sources.put("js/main.js", "export { y as z } from '/webjars/l.js'\n");
        sources.put(
                "webjars/l.js",
                "/*! licence */import{q as t}from\"./m.js\";const e=t;export{e as y};\n//# sourceMappingURL=l\n");
        sources.put("webjars/m.js", "const n=1;export{n as q};\n");

        String text = written("js/main.js").text();

        assertThat(text).contains("const { q: t } = $0\n/*! licence */const e=t;\nreturn { y: e, }");
        assertThat(text).contains("return { z: $1.y, }").doesNotContain("sourceMappingURL");
    }

    @Test
    void later_files_use_shared_modules_of_the_first_file() {
        sources.put("js/main.js", "import { s } from './s.js'\nimport('./late.js')\nimport('./late.js' + query)\n");
        sources.put("js/s.js", "export const s = 1\n");
        sources.put("js/late.js", "import { s } from './s.js'\nuse(s)\n");
        Bundle first = new Bundle(sources::get, Set.of());
        Set<String> loaded = first.add("js/main.js");
        Bundle late = new Bundle(sources::get, loaded);
        late.add("js/late.js");

        assertThat(first.lazy()).containsExactly("js/late.js");
        assertThat(late.taken()).containsExactly("js/s.js");
        String text = first.write(Map.of("js/late.js", "/late-1.js"), null, Set.of("js/s.js"))
                .text();
        assertThat(text)
                .contains("import('/late-1.js')", "import('/late-1.js' + query)")
                .endsWith("export { $0 as m_js_s_js }\n");
        assertThat(late.write(Map.of(), "/main-1.js", Set.of()).text())
                .startsWith("import { m_js_s_js as $0 } from '/main-1.js'\n")
                .contains("const { s } = $0\n");
    }

    @Test
    void the_source_map_names_the_line_that_each_line_came_from() {
        sources.put("js/main.js", "/** About it. */\n\nuse()\nuse()\n");

        String map = written("js/main.js").map();

        // One line of the bundler before; then line 2 of source 0, then the next one.
        assertThat(map).contains("\"sources\":[\"/js/main.js\"]").contains("\"mappings\":\";AAEA;AACA;;;\"");
    }

    @Test
    void modules_that_import_each_other_are_refused() {
        sources.put("js/main.js", "import './a.js'\n");
        sources.put("js/a.js", "import './main.js'\n");

        assertThatThrownBy(() -> written("js/main.js")).hasMessageContaining("import each other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"export let a = 1", "export default 1", "import a from './a.js'", "import 'bare'"})
    void unsupported_syntax_fails_the_build(String line) {
        sources.put("js/main.js", line + "\n");
        sources.put("js/a.js", "\n");

        assertThatThrownBy(() -> written("js/main.js")).isInstanceOf(IllegalArgumentException.class);
    }

    private Bundle.Written written(String entry) {
        Bundle bundle = new Bundle(sources::get, Set.of());
        bundle.add(entry);
        return bundle.write(Map.of(), null, Set.of());
    }
}
