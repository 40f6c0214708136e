package io.reprise.telemetry.trace;

/** A piece of work with a beginning and an end. Thread-safe; what comes after the end is ignored. */
public interface Span {
    /** Where nothing is recorded. */
    Span NONE = new Span() {
        @Override
        public TraceParent context() {
            return null;
        }

        @Override
        public boolean isRecorded() {
            return false;
        }

        @Override
        public int contentCharsMax() {
            return 0;
        }

        @Override
        public Span child(String name, SpanStart.Kind kind) {
            return this;
        }

        @Override
        public Span set(String key, Object value) {
            return this;
        }

        @Override
        public void rename(String name) {}

        @Override
        public void fail(String errorType) {}

        @Override
        public void end() {}
    };

    /** Its ids; null where there are none. */
    TraceParent context();

    /** Whether its attributes go anywhere. */
    boolean isRecorded();

    /** How many characters of a conversation one attribute may have; 0: none, because no texts are recorded. */
    int contentCharsMax();

    Span child(String name, SpanStart.Kind kind);

    /**
     * Sets an attribute.
     *
     * @param value a string, an integer or long, a double, a boolean or a list of strings; null changes nothing
     */
    Span set(String key, Object value);

    void rename(String name);

    /** @param errorType a short word without texts of people, such as an error code */
    void fail(String errorType);

    void end();
}
