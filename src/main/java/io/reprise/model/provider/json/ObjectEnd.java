package io.reprise.model.provider.json;

/**
 * Finds where a JSON object ends while its text comes in pieces, in time proportional to the text. It does not ask whether
 * what is between the braces is JSON.
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

    /** Nothing but blanks has come. */
    public boolean isBlank() {
        return beginning < 0;
    }

    /** How many blanks there are before it. */
    public int beginning() {
        return beginning;
    }

    /** The object has ended. */
    public boolean isWhole() {
        return position >= 0;
    }

    /** How many characters there are up to the object's end. */
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
