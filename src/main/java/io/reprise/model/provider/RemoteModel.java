package io.reprise.model.provider;

import dev.langchain4j.http.client.HttpClient;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.model.DescribedModel;
import io.reprise.model.ModelFacts;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.http.Exchange;
import io.reprise.model.http.ProviderHttp;
import io.reprise.model.provider.event.WithBody;
import io.reprise.model.provider.json.JsonText;
import io.reprise.model.provider.json.Members;
import io.reprise.model.provider.request.RecallMark;
import io.reprise.model.provider.request.Requests;
import io.reprise.model.provider.state.TurnState;
import io.reprise.support.StopSignal;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model of a provider, over HTTP. */
final class RemoteModel extends DescribedModel {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteModel.class);

    private final Map<String, Object> extra;
    private final Dialect dialect;
    private final ProviderHttp http;
    private final RecallMark mark = RecallMark.random();

    RemoteModel(ProviderSettings provider, ModelOptions options, String baseUrl, Dialect dialect, ProviderHttp http) {
        super(ModelFacts.of(provider, options).at(URI.create(baseUrl)));
        this.extra = options.extra();
        this.dialect = dialect;
        this.http = http;
    }

    /** Sends the call and reads its response on the caller's thread; see {@link Exchange}. */
    @Override
    public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        return stream(request, sink, stop, true);
    }

    /**
     * @param mayRepeat whether to repeat the request once if the provider rejected it and its reason tells what to send
     *     instead
     */
    private ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop, boolean mayRepeat)
            throws InterruptedException {
        Optional<TurnState> untouched = Optional.empty();
        try (Exchange exchange = http.exchange(stop, request.trace())) {
            TurnReader turn = new TurnReader(sink, exchange::cancel);
            Dialect.Call call = dialect.call(withExtra(exchange), request, turn::call);
            call.model().chat(Requests.of(mark, request), turn);
            if (Thread.interrupted()) throw new InterruptedException();
            stop.throwIfStopped();
            if (mayRepeat && !turn.hasBegun()) untouched = Optional.of(call.state());
            return call.state().with(turn.result(exchange.isMarkedComplete()), turn.thoughtChars(), turn.callExtras());
        } catch (ModelFailure e) {
            if (!(e.getCause() instanceof Failures.Trouble trouble)) throw e;
            debug(trouble);
            if (untouched.filter(state -> state.learnsFrom(trouble.detail())).isEmpty()) throw e;
        }
        return stream(request, sink, stop, false);
    }

    private HttpClient withExtra(HttpClient client) {
        return extra.isEmpty() ? client : new WithBody(client, body -> Members.merge(body, JsonText.of(extra)));
    }

    /** The provider's message may quote the conversation, so it is only logged at debug. */
    private void debug(Failures.Trouble trouble) {
        LOG.atDebug()
                .setMessage("response of the model provider")
                .addKeyValue("provider", provider())
                .addKeyValue("model", name())
                .addKeyValue("said", trouble.detail())
                .log();
    }
}
