package dev.duplexvoice.examples.serve;

import dev.duplexvoice.examples.cli.VoiceCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code voice serve} as a process of its own, on free ports. */
public final class ServedVoice implements AutoCloseable {
    private static final String LISTENING = "listening at ";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path errors;

    /** The process itself. */
    public final Process process;

    /** {@code http://127.0.0.1:8080}. */
    public final String url;

    private ServedVoice(Process process, Path errors, String url) {
        this.process = process;
        this.errors = errors;
        this.url = url;
    }

    /** Starts it, which may end at once. */
    public static Process begin(Path errors, String... arguments) throws IOException {
        return program(errors, Stream.concat(Stream.of("serve"), Stream.of(arguments)));
    }

    /** Starts the program, which may end at once. */
    static Process program(Path errors, Stream<String> arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                // The program's own, not that of tests.
                                "-Dlogback.configurationFile="
                                        + Path.of("src/main/resources/logback.xml")
                                                .toAbsolutePath(),
                                "-cp",
                                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                                VoiceCommand.class.getName()),
                        arguments)
                .toList();
        return new ProcessBuilder(command).redirectError(errors.toFile()).start();
    }

    /** Starts it with this file, and waits until it listens. */
    public static ServedVoice start(Path folder, Path config) throws IOException {
        Path errors = folder.resolve("err.txt");
        Process process = begin(errors, "--config", config.toString(), "--port", "0");
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            process.destroyForcibly();
            throw new AssertionError(line + "\n" + Files.readString(errors));
        }
        return new ServedVoice(
                process, errors, line.substring(LISTENING.length()).replaceAll("/ .*", ""));
    }

    /** What it has written to stderr so far: its log. */
    public String log() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Where conversations are. */
    public URI socket() {
        return URI.create(url.replace("http:", "ws:") + "/v1/voice");
    }

    /** The port. */
    public int port() {
        return URI.create(url).getPort();
    }

    /** A page, whatever its status. */
    public HttpResponse<String> ask(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
