package io.reprise.agent.middleware.guard;

/** A text in which a pattern may look at a limited number of characters, because patterns of entries can take very long. */
final class BoundedText implements CharSequence {
    private static final int LOOKS_PER_CHARACTER = 500;
    private static final int LOOKS_MIN = 1_000_000;

    private final CharSequence text;
    private long left;

    BoundedText(CharSequence text) {
        this.text = text;
        this.left = Math.max(LOOKS_MIN, (long) LOOKS_PER_CHARACTER * text.length());
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) throw new IllegalStateException("the pattern takes too long");
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
