package io.reprise.tool.web;

import io.reprise.config.tool.ToolSettings;
import io.reprise.message.content.Content;
import io.reprise.outgoing.HostList;
import io.reprise.outgoing.OutgoingCall;
import io.reprise.outgoing.OutgoingHttp;
import io.reprise.outgoing.OutgoingResult;
import io.reprise.outgoing.OutgoingResult.Page;
import io.reprise.outgoing.OutgoingTerms;
import io.reprise.support.StopSignal;
import io.reprise.support.Texts;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Reads a page of the web as text. Which hosts it reaches is decided by {@code tools.fetch.allow} and the guard of all outgoing
 * calls, for each redirect again.
 */
public final class FetchTool implements Tool {
    private static final Map<String, String> HEADERS = Map.of(
            "Accept", "text/html, text/markdown, text/plain, application/json, text/*;q=0.8",
            "User-Agent", "Reprise");
    /** For what is around the text. */
    private static final int ROOM_BYTES = 4_096;

    private final OutgoingHttp http;
    private final ToolSettings.Fetch limits;
    private final HostList hosts;

    public FetchTool(OutgoingHttp http, ToolSettings.Fetch limits) {
        this.http = http;
        this.limits = limits;
        this.hosts = HostList.of(limits.allow());
    }

    @Override
    public String name() {
        return "fetch_url";
    }

    @Override
    public String description() {
        return "Reads a web page, or another text on the web, as Markdown or plain text. "
                + (limits.allow().contains("*")
                        ? "Any address on the public internet can be read."
                        : "Only these hosts can be read: " + String.join(", ", limits.allow()) + ".");
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"url":{"type":"string","description":"https://..."},\
                "from":{"type":"integer","minimum":0,"description":"Where to begin in a text that was cut: the number of \
                characters to leave out."}},"required":["url"],"additionalProperties":false}""";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.READS.within(limits.timeMs() + 1_000, limits.textBytesMax() + ROOM_BYTES);
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        Arguments arguments = call.argumentsAs(Arguments.class);
        if (arguments.url() == null || arguments.url().isBlank()) throw new ToolFailure("\"url\" must be an address.");
        String url = arguments.url().strip();
        OutgoingCall get = new OutgoingCall("GET", url, HEADERS, Map.of(), null, true);
        OutgoingTerms terms = new OutgoingTerms(hosts, limits.timeMs(), limits.pageBytesMax());
        return switch (answer(get, terms, stop)) {
            case OutgoingResult.Refused refused ->
                throw new ToolFailure("This address cannot be read: " + refused.reason());
            case OutgoingResult.Failed failed ->
                throw new ToolFailure("The page could not be read: " + failed.reason());
            case OutgoingResult.Answered answered -> content(answered, arguments.from());
        };
    }

    private OutgoingResult answer(OutgoingCall get, OutgoingTerms terms, StopSignal stop) throws InterruptedException {
        try {
            return http.call(get, terms, stop)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Content content(OutgoingResult.Answered answered, Integer from) {
        Page page = answered.page();
        if (answered.status() < 200 || answered.status() > 299) {
            throw new ToolFailure("The address has answered with status " + answered.status() + ".");
        }
        String text = PageReader.text(page);
        int begin = from == null ? 0 : Math.clamp(from, 0, text.length());
        String rest = text.substring(begin);
        String shown = Texts.cutToBytes(rest, limits.textBytesMax());
        String marked = ForeignText.marked(page.url(), shown);
        if (shown.length() < rest.length()) {
            int next = begin + shown.length();
            marked += "\n[Cut: the text has " + text.length() + " characters. Read on with \"from\": " + next + ".]";
        } else if (page.cut()) {
            marked += "\n[Cut: the page is longer than " + limits.pageBytesMax() + " bytes; the rest was not read.]";
        }
        return Content.of(marked);
    }

    record Arguments(String url, Integer from) {}
}
