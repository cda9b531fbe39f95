package dev.duplexvoice.grpc.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Redis on a port of its own, which keeps nothing on disk. */
public final class RedisServer implements AutoCloseable {
    private final int port;
    private final Path folder;
    private final List<String> command;
    private Process process;

    private RedisServer(String program, List<String> options) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        folder = Files.createTempDirectory("voice-redis");
        command = new ArrayList<>(List.of(
                program, "--bind", "127.0.0.1", "--dir", folder.toString(), "--save", "", "--appendonly", "no"));
        if (!options.contains("--tls-port")) {
            command.addAll(List.of("--port", String.valueOf(port)));
        }
        options.forEach(option -> command.add(option.replace("PORT", String.valueOf(port))));
        process = launch();
    }

    /** Starts one. Without redis-server on the PATH the test is skipped, or fails if VOICE_TEST_REDIS is 1. */
    public static RedisServer start(String... options) {
        RedisServer server = create(options);
        server.awaitAnswer();
        return server;
    }

    /** As {@link #start}, but returns as soon as it listens: with TLS it does not answer plain text. */
    public static RedisServer startWithTls(String... options) {
        List<String> all = new ArrayList<>(List.of("--port", "0", "--tls-port", "PORT"));
        all.addAll(List.of(options));
        RedisServer server = create(all.toArray(String[]::new));
        Eventually.eventually("redis-server listens", server::listens);
        return server;
    }

    private static RedisServer create(String... options) {
        try {
            return new RedisServer(program(), List.of(options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String program() {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            Path program = Path.of(folder, "redis-server");
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        assertThat(System.getenv("VOICE_TEST_REDIS"))
                .as("redis-server is not on the PATH, and VOICE_TEST_REDIS wants it: apt-get install redis-server")
                .isNotEqualTo("1");
        return abort("redis-server is not on the PATH: install it to run this test");
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** Starts it again, empty, on the same port. */
    public void restart() {
        kill();
        begin();
    }

    /** Starts it after {@link #kill}. */
    public void begin() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitAnswer();
    }

    /** Ends it as a crash would. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops it where it is: connections stay, nothing is answered. */
    public void hang() {
        signal("-STOP");
    }

    /** Goes on after {@link #hang}. */
    public void goOn() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", name, String.valueOf(process.pid())).start();
            assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(kill.exitValue()).isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitAnswer() {
        Eventually.eventually("redis-server answers", () -> {
            assertThat(process.isAlive())
                    .as("redis-server lives; its log is in " + folder)
                    .isTrue();
            return listens() && command("PING") != null;
        });
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends a command over a connection of its own, and returns the beginning of the answer; null if there is none. */
    public String command(String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            socket.setSoTimeout(5_000);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append("$")
                        .append(word.getBytes(StandardCharsets.UTF_8).length)
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[64 * 1024];
            InputStream in = socket.getInputStream();
            int length = in.read(answer);
            return length < 0 ? null : new String(answer, 0, length, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** For clients. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Empty, and removed with the server. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
