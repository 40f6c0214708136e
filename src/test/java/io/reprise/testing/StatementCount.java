package io.reprise.testing;

/** Counts the statements that a client sends to PostgreSQL over one connection. */
final class StatementCount {
    private static final int LENGTH_BYTES = 4;

    /** The first message has no type. */
    private boolean typed;

    private byte type;
    private int lengthBytes;
    private int length;
    private int left;

    /** How many messages begin here that execute a statement: Execute of the extended protocol, and simple queries. */
    int executions(byte[] bytes, int count) {
        int found = 0;
        for (int i = 0; i < count; ) {
            if (left > 0) {
                int skipped = Math.min(left, count - i);
                left -= skipped;
                i += skipped;
                continue;
            }
            if (typed && type == 0) {
                type = bytes[i++];
                if (type == 'E' || type == 'Q') found++;
                continue;
            }
            length = length << 8 | bytes[i++] & 0xff;
            if (++lengthBytes == LENGTH_BYTES) messageBegins();
        }
        return found;
    }

    private void messageBegins() {
        left = length - LENGTH_BYTES;
        typed = true;
        type = 0;
        length = 0;
        lengthBytes = 0;
    }
}
