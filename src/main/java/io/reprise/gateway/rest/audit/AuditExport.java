package io.reprise.gateway.rest.audit;

import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.FileName;
import io.reprise.history.AuditDirectory;
import io.reprise.history.AuditDirectory.Entry;
import io.reprise.history.AuditDirectory.Filter;
import io.reprise.message.Json;
import io.reprise.support.Page;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log as a file, newest first: read page by page as fast as the client takes it, and never held as a whole. */
final class AuditExport {
    private static final Logger log = LoggerFactory.getLogger(AuditExport.class);
    private static final int PAGE_ENTRIES = 500;
    private static final List<String> COLUMNS = List.of("id", "at", "user", "action", "session", "target", "detail");

    private final AuditDirectory audit;
    private final Filter filter;
    private final Format format;

    /** How an entry is written. */
    enum Format {
        CSV("text/csv; charset=utf-8", "csv") {
            @Override
            String begin() {
                return String.join(",", COLUMNS) + "\r\n";
            }

            @Override
            String line(Entry entry) {
                ShownAudit.Entry shown = ShownAudit.of(entry);
                return Stream.of(
                                Long.toString(shown.id()),
                                shown.at(),
                                cell(shown.user()),
                                cell(shown.action()),
                                cell(shown.session()),
                                cell(shown.target()),
                                cell(Json.text(shown.detail())))
                        .collect(Collectors.joining(",", "", "\r\n"));
            }
        },
        JSONL("application/jsonl", "jsonl") {
            @Override
            String begin() {
                return "";
            }

            @Override
            String line(Entry entry) {
                return Json.text(ShownAudit.of(entry)) + "\n";
            }
        };

        private final String type;
        private final String ending;

        Format(String type, String ending) {
            this.type = type;
            this.ending = ending;
        }

        static Format of(String name) {
            return name.equals("csv") ? CSV : JSONL;
        }

        abstract String begin();

        abstract String line(Entry entry);
    }

    AuditExport(AuditDirectory audit, Filter filter, Format format) {
        this.audit = audit;
        this.filter = filter;
        this.format = format;
    }

    /** Sends nothing before the first page is there, so that a store that is away can be reported. Never fails. */
    Future<Void> send(ApiCall call) {
        return next(Long.MAX_VALUE)
                .onFailure(call::storeAway)
                .compose(first -> send(begun(call), first))
                .otherwiseEmpty();
    }

    private HttpServerResponse begun(ApiCall call) {
        return call.context()
                .response()
                .setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, format.type)
                .putHeader(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition("audit", format.ending))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private Future<Void> send(HttpServerResponse response, Page<Entry> first) {
        return response.write(format.begin())
                .compose(begun -> written(response, first))
                .onFailure(cause -> {
                    log.atWarn().addKeyValue("cause", cause.toString()).log("export of the audit log aborted");
                    response.reset();
                });
    }

    /** Reads the next page when the previous one was sent. */
    private Future<Void> written(HttpServerResponse response, Page<Entry> page) {
        String lines = page.rows().stream().map(format::line).collect(Collectors.joining());
        Future<Void> sent = lines.isEmpty() ? Future.succeededFuture() : response.write(lines);
        if (page.cursor() == null) return sent.compose(all -> response.end());
        return sent.compose(soFar -> next(Long.parseLong(page.cursor()))).compose(more -> written(response, more));
    }

    private Future<Page<Entry>> next(long before) {
        return audit.list(filter, before, PAGE_ENTRIES);
    }

    /**
     * A cell of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe, because
     * people choose some of these texts themselves.
     */
    static String cell(String text) {
        if (text == null || text.isEmpty()) return "";
        String safe = "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
