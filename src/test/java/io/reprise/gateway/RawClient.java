package io.reprise.gateway;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** TCP by hand, for requests that no well-behaved client sends. */
public final class RawClient implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: ([0-9]+)");

    private final Socket socket;
    private final DataInputStream in;

    public RawClient(int port, int receiveBufferBytes) {
        this("127.0.0.1", port, receiveBufferBytes);
    }

    /** @param from the local address of the connection */
    RawClient(String from, int port, int receiveBufferBytes) {
        try {
            socket = new Socket();
            socket.bind(new InetSocketAddress(from, 0));
            if (receiveBufferBytes > 0) socket.setReceiveBufferSize(receiveBufferBytes);
            socket.connect(new InetSocketAddress("127.0.0.1", port), 120_000);
            socket.setSoTimeout(120_000);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4_096));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    public void write(byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String upgrade(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    /** A client's frame, masked with zeros. */
    public static byte[] frame(int opcode, boolean last, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(14 + payload.length);
        out.put((byte) ((last ? 0x80 : 0) | opcode));
        if (payload.length < 126) out.put((byte) (0x80 | payload.length));
        else if (payload.length < 65_536) out.put((byte) (0x80 | 126)).putShort((short) payload.length);
        else out.put((byte) (0x80 | 127)).putLong(payload.length);
        out.putInt(0).put(payload);
        byte[] frame = new byte[out.position()];
        out.flip().get(frame);
        return frame;
    }

    /** The beginning of a text frame. */
    static byte[] begun(int announcedBytes, int sentBytes) {
        return Arrays.copyOf(frame(1, true, new byte[announcedBytes]), sentBytes);
    }

    public static byte[] text(String text) {
        return frame(1, true, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads to the end of the HTTP head. */
    public String head() {
        try {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) break;
                head.write(b);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads one answer, but of one without a length only the head; empty if the connection ends earlier.
     *
     * @param bodiless whether it is the answer to a HEAD
     */
    public String answer(boolean bodiless) {
        try {
            String head = head();
            while (head.matches("(?s)HTTP/1.1 10[023].*")) head = head();
            Matcher length = LENGTH.matcher(head);
            if (bodiless || !length.find()) return head;
            return head + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) throw e;
            return "";
        } catch (IOException e) { // a server that closes before it has read all resets the connection, in a body too
            return "";
        }
    }

    /** Reads what follows the head, to the end of the connection. */
    public String body() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads messages up to the one that is wanted. */
    List<JsonObject> messagesTo(Predicate<JsonObject> wanted) {
        List<JsonObject> messages = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try {
            while (true) {
                Piece piece = piece();
                if (piece.opcode() > 7) continue;
                message.write(piece.payload());
                if (!piece.last()) continue;
                messages.add(new JsonObject(message.toString(StandardCharsets.UTF_8)));
                message.reset();
                if (wanted.test(messages.getLast())) return messages;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Piece(int opcode, boolean last, byte[] payload) {}

    private Piece piece() throws IOException {
        int first = in.readUnsignedByte();
        long length = in.readUnsignedByte() & 0x7f;
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = in.readLong();
        return new Piece(first & 0x0f, (first & 0x80) != 0, in.readNBytes((int) length));
    }

    /** Reads to a close frame and returns its code; 1006 if the connection ends without one. */
    public int closeCode() {
        try {
            while (true) {
                Piece piece = piece();
                if (piece.opcode() == 8) return ByteBuffer.wrap(piece.payload()).getShort();
            }
        } catch (IOException e) {
            return 1006;
        }
    }

    /** Reads to the end of the connection. */
    int pongsUntilTheEnd() {
        int pongs = 0;
        try {
            while (true) if (piece().opcode() == 10) pongs++;
        } catch (IOException e) {
            return pongs;
        }
    }

    /** Whether the server has ended the connection; reads what is left. */
    public boolean ended() {
        try {
            while (in.read() >= 0) {
                // to the end
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
