package io.reprise.tool.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.content.Content;
import io.reprise.outgoing.HostList;
import io.reprise.outgoing.OutgoingCall;
import io.reprise.outgoing.OutgoingHttp;
import io.reprise.outgoing.OutgoingResult;
import io.reprise.outgoing.OutgoingResult.Answered;
import io.reprise.outgoing.OutgoingTerms;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Texts;
import io.reprise.tool.ForeignText;
import io.reprise.tool.Replay;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** A declared tool: one call of an HTTP service. */
public final class HttpTool implements Tool {
    /** For what is around the text. */
    private static final int ROOM_BYTES = 4_096;

    private static final int FAULT_BYTES = 1_024;
    private static final int GRACE_MS = 1_000;
    /** Statuses with which a service says that it is busy or away. */
    private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);

    private final HttpToolDefinition definition;
    private final OutgoingHttp http;
    private final Map<String, String> environment;

    /** @param environment in which the secrets are */
    HttpTool(HttpToolDefinition definition, OutgoingHttp http, Map<String, String> environment) {
        this.definition = definition;
        this.http = http;
        this.environment = environment;
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public String description() {
        return definition.description();
    }

    @Override
    public String schema() {
        return definition.schema();
    }

    @Override
    public ToolTraits traits() {
        return definition
                .traits()
                .within(definition.timeMs() + GRACE_MS, definition.response().bytesMax() + ROOM_BYTES);
    }

    /** Whether people may call it without an agent. */
    boolean isDirect() {
        return definition.direct();
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        if (definition.background()) return call.background().start(own -> content(call, own));
        return content(call, stop);
    }

    private Content content(ToolCall call, StopSignal stop) throws InterruptedException {
        ResponseMapping.Result result = result(call, stop);
        String marked = ForeignText.marked(definition.request().shownUrl(), result.text());
        return Content.of(result.isCut() ? marked + "\n" + result.mark() : marked);
    }

    /**
     * Why these arguments do not fit the schema; empty if they do.
     *
     * @throws ToolFailure if they are no object
     */
    List<ArgumentCheck.Fault> faults(ToolCall call) {
        return definition.check().faults(completed(call));
    }

    private ObjectNode completed(ToolCall call) {
        return definition.check().completed(call.argumentsAs(ObjectNode.class));
    }

    /** The same for people: the answer as it is. */
    DirectResult direct(ToolCall call, StopSignal stop) throws InterruptedException {
        ResponseMapping.Result result = result(call, stop);
        return new DirectResult(
                name(), result.json() == null ? result.text() : result.json(), result.isCut() ? result.mark() : null);
    }

    private ResponseMapping.Result result(ToolCall call, StopSignal stop) throws InterruptedException {
        ObjectNode arguments = completed(call);
        List<ArgumentCheck.Fault> faults = definition.check().faults(arguments);
        if (!faults.isEmpty()) {
            throw new ToolFailure(faults.stream().map(fault -> fault + ".").collect(Collectors.joining(" ")));
        }
        Map<String, String> secrets = definition
                .secretsIn(environment)
                .orElseThrow(() -> new ToolFailure("A secret of this tool is not set up on the server."));
        Secrecy secrecy = new Secrecy(secrets.values());
        Values values = new Values(arguments, secrets, call.id(), call.user());
        return switch (answer(definition.request().with(values), stop)) {
            case OutgoingResult.Refused refused ->
                throw new ToolFailure("The service cannot be called: " + refused.reason());
            case OutgoingResult.Failed failed -> throw failure("The service did not answer: " + failed.reason(), true);
            case Answered answered -> {
                if (answered.status() < 200 || answered.status() > 299) throw fault(answered, secrecy);
                yield definition.response().of(answered.page(), secrecy);
            }
        };
    }

    private OutgoingResult answer(OutgoingCall request, StopSignal stop) throws InterruptedException {
        try {
            return http.call(request, terms(), stop)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            if (stop.isStopped()) throw new StoppedException();
            throw new IllegalStateException(e.getCause());
        }
    }

    private OutgoingTerms terms() {
        List<String> hosts = new ArrayList<>(definition.redirects());
        hosts.add(definition.request().host());
        return new OutgoingTerms(
                HostList.of(hosts), definition.timeMs(), definition.response().readBytesMax());
    }

    private ToolFailure fault(Answered answered, Secrecy secrecy) {
        String text = "The service has answered with status " + answered.status() + ".";
        String said;
        try {
            said = definition.response().text(answered.page(), secrecy);
        } catch (ToolFailure notText) {
            said = "";
        }
        String shown = Texts.cutToBytes(said, FAULT_BYTES);
        if (!shown.isBlank()) {
            text += "\n" + ForeignText.marked(definition.request().shownUrl(), shown);
        }
        return failure(text, PASSING.contains(answered.status()));
    }

    private ToolFailure failure(String text, boolean mayPass) {
        boolean again = mayPass && definition.traits().replay() == Replay.SAFE;
        return again ? ToolFailure.temporary(text, null) : new ToolFailure(text);
    }
}
