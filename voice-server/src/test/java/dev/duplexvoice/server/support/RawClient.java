package dev.duplexvoice.server.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that keeps to no rule unless it is told to. */
public final class RawClient implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final DataInputStream in;
    /** What the upgrade was answered with. */
    public final String head;

    /** A frame that came. */
    public record Frame(int opcode, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Of a close frame. */
        public int code() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort();
        }
    }

    /** @param protocol the subprotocol; empty for none */
    public RawClient(int port, String protocol) throws IOException {
        this(port, protocol.isEmpty() ? new String[0] : new String[] {"Sec-WebSocket-Protocol: " + protocol});
    }

    /** @param headers lines of the request */
    public RawClient(int port, String[] headers) throws IOException {
        this(port, "/voice", headers);
    }

    /** @param headers lines of the request */
    public RawClient(int port, String path, String[] headers) throws IOException {
        // Little room, so that who does not read is noticed soon.
        socket.setReceiveBufferSize(16 << 10);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout((int) SocketClient.PATIENCE_SECONDS * 1_000);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + String.join("\r\n", headers) + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!answer.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no answer to the upgrade: " + answer);
            }
            answer.write(next);
        }
        head = answer.toString(StandardCharsets.US_ASCII);
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException("no upgrade: " + head);
        }
    }

    public void text(String json) throws IOException {
        frame(true, TEXT, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** A frame, masked with a key of zeros. */
    public void frame(boolean last, int opcode, byte[] payload) throws IOException {
        head(last, opcode, payload.length);
        out.write(payload);
        out.flush();
    }

    /** The beginning of a frame, which may never be followed by its payload. */
    public void head(boolean last, int opcode, long length) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(14);
        head.put((byte) ((last ? 0x80 : 0) | opcode));
        if (length < 126) {
            head.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            head.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            head.put((byte) (0x80 | 127)).putLong(length);
        }
        head.putInt(0).flip();
        bytes(head.array(), head.limit());
    }

    /** Anything. */
    public void bytes(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    /** The next frame; null when the server has gone. */
    public Frame read() throws IOException {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int length = in.readUnsignedByte();
            long size = length < 126 ? length : length == 126 ? in.readUnsignedShort() : in.readLong();
            byte[] payload = new byte[(int) size];
            in.readFully(payload);
            return new Frame(first & 0x0f, payload);
        } catch (java.io.EOFException | java.net.SocketException e) {
            return null;
        }
    }

    /** Reads until the server closes; the code, or -1 if it just goes. */
    public int readToClose() throws IOException {
        for (Frame frame = read(); frame != null; frame = read()) {
            if (frame.opcode() == CLOSE) {
                return frame.code();
            }
        }
        return -1;
    }

    /** Gone without a good bye of TCP's: a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
