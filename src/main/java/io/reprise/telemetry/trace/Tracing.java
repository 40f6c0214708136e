package io.reprise.telemetry.trace;

/** Port: where spans begin. Thread-safe; never blocks and never throws. */
public interface Tracing {
    /** Records nothing. */
    Tracing OFF = new Tracing() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public Span begin(SpanStart start) {
            return Span.NONE;
        }
    };

    boolean isOn();

    Span begin(SpanStart start);
}
