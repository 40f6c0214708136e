package io.reprise.model;

import io.reprise.catalog.provider.ModelChecker.Result;
import io.reprise.model.ModelRequest.Limits;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Asks a model for one word, and explains to the operator why there is no answer. */
public final class ModelCheck {
    private static final int SAID_CHARACTERS_MAX = 300;

    private ModelCheck() {}

    /**
     * Makes a call that is ended with the first word of the answer. Blocks.
     *
     * @param limitMs longest wait for the answer
     */
    public static Result of(ChatModel model, int limitMs, StopSignal stop) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        StopSignal own = stop.child();
        FirstWord first = new FirstWord(own);
        ModelRequest request = new ModelRequest(
                List.of(new ModelMessage.User("Answer with the word yes.")), List.of(), new Limits(limitMs, limitMs));
        try {
            new ModelCall(model, request).run(first, own);
        } catch (StoppedException e) {
            if (!first.came) throw e;
        } catch (ModelFailure failure) {
            if (!first.came) return failed(model, failure, ms(watch));
        } finally {
            own.detach();
        }
        return first.came
                ? new Result(true, "works", "The model " + model.name() + " answers.", "", ms(watch))
                : new Result(false, "empty", "The provider accepted the call, but the answer is empty.", "", ms(watch));
    }

    private static Result failed(ChatModel model, ModelFailure failure, long ms) {
        String reason = failure.reason().name().toLowerCase(Locale.ROOT);
        return new Result(false, reason, text(model, failure), said(failure), ms);
    }

    private static String text(ChatModel model, ModelFailure failure) {
        return switch (failure.reason()) {
            case API_KEY ->
                "The provider did not accept the API key. Check the variable or file that apiKey names, and whether the"
                        + " key may use this model.";
            case CREDIT -> "The credit or quota at the provider is used up. Check the account there.";
            case RATE -> "The key is accepted, but its rate limit or quota is used up. Wait, or check the account.";
            case MODEL ->
                "The provider does not know the model " + model.name()
                        + ". Check its name, and that the address of the provider is complete.";
            case HOST ->
                "The host of the provider's address is unknown. Check the address, and the network and DNS of"
                        + " this server.";
            case CONNECTION ->
                "Nothing answers at the address of the provider. Check the address and port, and whether a firewall or"
                        + " proxy stands between.";
            case TLS ->
                "The TLS certificate of the provider was not accepted: it is for another name, expired, or of an unknown"
                        + " authority. Perhaps a proxy replaces it.";
            case TIMEOUT -> "The provider did not answer in time. It may be loading the model; try again.";
            case OVERLOADED -> "The provider is overloaded at the moment. Try again later.";
            case REFUSED ->
                "The provider refused the request. Check the parameters of the model, above all those in extra.";
            case OTHER -> failure.getMessage();
        };
    }

    private static String said(ModelFailure failure) {
        String text = failure.said().strip().replaceAll("\\s+", " ");
        return text.length() <= SAID_CHARACTERS_MAX ? text : text.substring(0, SAID_CHARACTERS_MAX) + " …";
    }

    private static long ms(Stopwatch watch) {
        return TimeUnit.NANOSECONDS.toMillis(watch.nanos());
    }

    /** Ends the call when anything arrives. */
    private static final class FirstWord implements TextSink {
        private final StopSignal stop;
        private volatile boolean came;

        FirstWord(StopSignal stop) {
            this.stop = stop;
        }

        @Override
        public void reasoning(String delta) {
            text(delta);
        }

        @Override
        public void text(String delta) {
            if (delta.isEmpty()) return;
            came = true;
            stop.stop(StopSignal.Reason.USER);
        }

        @Override
        public void toolCallStart(int index, String name) {
            text(name);
        }
    }
}
