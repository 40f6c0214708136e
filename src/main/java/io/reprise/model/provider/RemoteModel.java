package io.reprise.model.provider;

import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.http.Exchange;
import io.reprise.model.http.ProviderHttp;
import io.reprise.model.provider.request.RecallMark;
import io.reprise.model.provider.request.Requests;
import io.reprise.model.provider.state.TurnState;
import io.reprise.support.StopSignal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model of a provider, over HTTP. */
final class RemoteModel implements ChatModel {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteModel.class);

    private final String provider;
    private final String name;
    private final Dialect dialect;
    private final ProviderHttp http;
    private final RecallMark mark = RecallMark.random();

    RemoteModel(String provider, String name, Dialect dialect, ProviderHttp http) {
        this.provider = provider;
        this.name = name;
        this.dialect = dialect;
        this.http = http;
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public String name() {
        return name;
    }

    /** The call and its answer on the caller's thread; see {@link Exchange}. */
    @Override
    public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        return stream(request, sink, stop, true);
    }

    /** @param mayRepeat once, when the provider refused the request and its reason tells what to send instead */
    private ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop, boolean mayRepeat)
            throws InterruptedException {
        Optional<TurnState> untouched = Optional.empty();
        try (Exchange exchange = http.exchange(stop)) {
            TurnReader turn = new TurnReader(sink, exchange::cancel);
            Dialect.Call call = dialect.call(exchange, request, turn::call);
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

    /** What a provider says may repeat what people wrote, so it is not in the log that is always kept. */
    private void debug(Failures.Trouble trouble) {
        LOG.atDebug()
                .setMessage("response of the model provider")
                .addKeyValue("provider", provider)
                .addKeyValue("model", name)
                .addKeyValue("said", trouble.detail())
                .log();
    }
}
