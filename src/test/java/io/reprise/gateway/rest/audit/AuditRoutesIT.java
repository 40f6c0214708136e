package io.reprise.gateway.rest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.GatewayFixture;
import io.reprise.gateway.rest.ContractCheck;
import io.reprise.history.AuditDirectory;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read the audit log, and how it is shown. */
class AuditRoutesIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private GatewayFixture server;

    @BeforeEach
    void start() {
        server = new GatewayFixture();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void an_administrator_reads_it_page_by_page() throws Exception {
        HttpResponse<String> first = get("?limit=1", "admin");
        JsonObject page = new JsonObject(first.body());
        JsonObject next = new JsonObject(
                get("?cursor=" + page.getString("cursor"), "admin").body());

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(page.getJsonArray("entries"))
                .containsExactly(
                        new JsonObject(
                                "{\"id\":8,\"at\":\"2026-01-01T00:00:00Z\",\"user\":\"ada\","
                                        + "\"action\":\"interrupt.approve\",\"session\":\"s1\",\"target\":\"i2\",\"detail\":{\"tool\":\"sleep\"}}"));
        assertThat(next.getJsonArray("entries").getJsonObject(0).fieldNames())
                .doesNotContain("user")
                .contains("detail");
        assertThat(next.getValue("cursor")).isNull();
    }

    @Test
    void only_what_was_asked_for_is_looked_for() throws Exception {
        get("?user=ada&action=interrupt.approve&session=s1", "admin");
        assertThat(server.audit.filter).isEqualTo(new AuditDirectory.Filter("ada", "interrupt.approve", "s1"));

        get("?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00%2B01:00", "admin");
        assertThat(server.audit.filter)
                .isEqualTo(new AuditDirectory.Filter(null, null, null, 1_767_225_600_000L, 1_767_308_400_000L));

        get("", "admin");
        assertThat(server.audit.filter).isEqualTo(AuditDirectory.Filter.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "staff"})
    void everybody_else_is_refused(String role) throws Exception {
        HttpResponse<String> refused = get("", role);

        assertThat(get("/export", role).statusCode()).isEqualTo(403);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("\"forbidden\"");
        assertThat(server.audit.filter).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?cursor=x",
                "?limit=0",
                "?user=",
                "?from=yesterday",
                "?to=2026-13-01T00:00:00Z",
                "/export?from=1",
                "/export?format=xml"
            })
    void a_wrong_page_is_a_problem(String query) throws Exception {
        HttpResponse<String> refused = get(query, "admin");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"bad_request\"");
    }

    @Test
    void an_administrator_exports_it_as_lines_of_json() throws Exception {
        HttpResponse<String> file = get("/export?user=ada", "admin");

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Type")).contains("application/jsonl");
        assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("audit.jsonl");
        assertThat(file.body().lines())
                .containsExactly(
                        "{\"id\":8,\"at\":\"2026-01-01T00:00:00Z\",\"user\":\"ada\",\"action\":\"interrupt.approve\","
                                + "\"session\":\"s1\",\"target\":\"i2\",\"detail\":{\"tool\":\"sleep\"}}",
                        "{\"id\":7,\"at\":\"2025-12-31T23:58:20Z\",\"action\":\"interrupt.expired\",\"session\":\"s1\","
                                + "\"target\":\"i1\",\"detail\":{}}");
        assertThat(server.audit.filter).isEqualTo(new AuditDirectory.Filter("ada", null, null));
    }

    @Test
    void an_administrator_exports_it_for_a_spreadsheet() throws Exception {
        HttpResponse<String> file = get("/export?format=csv", "admin");

        assertThat(file.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
        assertThat(file.body())
                .isEqualTo("id,at,user,action,session,target,detail\r\n"
                        + "8,2026-01-01T00:00:00Z,ada,interrupt.approve,s1,i2,\"{\"\"tool\"\":\"\"sleep\"\"}\"\r\n"
                        + "7,2025-12-31T23:58:20Z,,interrupt.expired,s1,i1,{}\r\n");
    }

    @Test
    void a_long_log_is_exported_page_by_page() throws Exception {
        server.audit.pageMost = 1;

        assertThat(get("/export", "admin").body().lines()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"=1+1,`'=1+1`", "@ada,`'@ada`", "-,`'-`", "`a,b`,`\"a,b\"`", "`a\"b`,`\"a\"\"b\"`", "ada,ada"})
    void no_cell_is_a_formula_and_none_is_torn(String text, String cell) {
        assertThat(AuditExport.cell(text)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/export"})
    void without_the_store_it_is_unavailable(String path) throws Exception {
        server.audit.away = true;

        assertThat(get(path, "admin").statusCode()).isEqualTo(503);
    }

    private HttpResponse<String> get(String query, String role) throws Exception {
        return ContractCheck.checked(HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + "/api/v1/audit" + query))
                        .header("Authorization", "Bearer " + server.token("ada", role))
                        .build(),
                HttpResponse.BodyHandlers.ofString()));
    }
}
