package io.reprise.model.provider.json;

/**
 * Finds the end of a JSON object whose text arrives in pieces, in linear time. It does not check whether the text
 * between the braces is JSON.
 */
public final class ObjectEnd {
    private int read;
    private int depth;
    private int position = -1;
    private int beginning = -1;
    private boolean inString;
    private boolean escaped;

    public void read(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            read(piece.charAt(i));
            read++;
        }
    }

    /** Whether only blanks have arrived. */
    public boolean isBlank() {
        return beginning < 0;
    }

    /** Number of blanks before the object. */
    public int beginning() {
        return beginning;
    }

    /** Whether the object has ended. */
    public boolean isWhole() {
        return position >= 0;
    }

    /** Number of characters up to the end of the object. */
    public int position() {
        return position;
    }

    private void read(char c) {
        if (isBlank() && !Character.isWhitespace(c)) beginning = read;
        if (isWhole()) return;
        if (inString) {
            if (escaped) escaped = false;
            else if (c == '\\') escaped = true;
            else if (c == '"') inString = false;
            return;
        }
        switch (c) {
            case '"' -> inString = depth > 0;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                if (depth == 0) position = read + 1;
            }
            default -> {}
        }
    }
}
