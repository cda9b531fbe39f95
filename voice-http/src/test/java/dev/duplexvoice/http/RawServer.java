package dev.duplexvoice.http;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose bytes a test writes itself, so that it can break any rule. Each connection has a thread. */
final class RawServer implements Closeable {

    /** A request as it came. */
    record Request(String head, String body) {
        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** Answers a connection's requests, the number of which counts from 0 over all connections. */
    interface Script {
        void serve(Connection connection, int request) throws Exception;
    }

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger accepted = new AtomicInteger();
    private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Script script;

    RawServer(Script script) throws IOException {
        this.script = script;
        daemon(this::accept, "test-server");
    }

    String address() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    HttpVoiceBuilder voice() {
        return HttpVoice.builder(address(), "kokoro", "af_sky");
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true); // a head and its body are two writes
                sockets.add(socket);
                accepted.incrementAndGet();
                open.incrementAndGet();
                daemon(() -> serve(socket), "test-connection");
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Connection connection = new Connection(socket);
            while (connection.readRequest()) {
                int number;
                synchronized (requests) {
                    number = requests.size();
                    requests.add(connection.request);
                }
                script.serve(connection, number);
            }
        } catch (Exception e) {
            // the client went, or the script did
        } finally {
            open.decrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One connection, as its script sees it. */
    static final class Connection {
        final Socket socket;
        private final InputStream in;
        Request request = new Request("", "");

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        boolean readRequest() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return false;
                }
                head.append((char) c);
            }
            Request bare = new Request(head.toString(), "");
            byte[] body = in.readNBytes(Integer.parseInt("0" + bare.header("Content-Length")));
            request = new Request(bare.head, new String(body, StandardCharsets.UTF_8));
            return true;
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** The head of an answer whose body comes in chunks. */
        void beginChunked(String contentType) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void chunk(byte[] bytes) throws IOException {
            write(Integer.toHexString(bytes.length) + "\r\n");
            write(bytes);
            write("\r\n");
        }

        void endChunked() throws IOException {
            write("0\r\n\r\n");
        }

        void whole(String contentType, byte[] body) throws IOException {
            answer("200 OK", "Content-Type: " + contentType + "\r\n", body);
        }

        void answer(String status, String headers, byte[] body) throws IOException {
            write("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n");
            write(body);
        }

        void json(String status, String headers, String body) throws IOException {
            answer(status, headers + "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
        }

        /** Returns when the client has closed the connection. */
        void awaitClosed() {
            try {
                while (in.read() >= 0) {
                    // nothing is expected
                }
            } catch (IOException e) {
                // reset: closed as well
            }
        }

        /** Writes until the client has closed the connection. */
        void writeUntilClosed(byte[] chunk) {
            try {
                while (true) {
                    chunk(chunk);
                }
            } catch (IOException e) {
                // closed
            }
        }
    }

    /** Little-endian samples. */
    static byte[] pcm(short... samples) {
        byte[] bytes = new byte[2 * samples.length];
        for (int i = 0; i < samples.length; i++) {
            bytes[2 * i] = (byte) samples[i];
            bytes[2 * i + 1] = (byte) (samples[i] >> 8);
        }
        return bytes;
    }

    /** Samples that differ from each other. */
    static short[] ramp(int from, int length) {
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) ((from + i) % 30_000 + 1);
        }
        return samples;
    }

    static byte[] concat(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            try {
                all.write(part);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all.toByteArray();
    }
}
