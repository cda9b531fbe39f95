package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.examples.cli.VoiceCommand;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * {@code ./voice} in a folder: the same program in a process of its own with that folder as its own, but one that stays, since to start
 * one for each command takes longer than all of the commands.
 */
final class VoiceShell implements AutoCloseable {
    private final Process process;

    /**
     * Starts the process, and writes the launcher that gives it its arguments.
     *
     * @param worker whom to ask, in place of the usual one, if a command does not say
     */
    VoiceShell(Path folder, Path home, String worker) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + home,
                        "-Dlogback.configurationFile="
                                + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        VoiceShell.class.getName())
                .directory(folder.toFile())
                .redirectError(folder.resolveSibling("shell.err").toFile());
        forget(builder.environment());
        process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String port = out.readLine();
        assertThat(port).as(() -> "the shell has a port").isNotNull();
        // For people though nobody looks: in a pipe logs are JSON.
        Path launcher = Files.writeString(folder.resolve("voice"), """
                #!/bin/bash
                case "$1 $2" in
                  slo*|debug*) [[ "$*" == *--url* ]] || set -- "$@" --url '%s' ;;
                  "logs count"|"logs export") ;;
                  logs*) set -- "$@" --format text ;;
                esac
                exec 3<>/dev/tcp/127.0.0.1/%s
                printf '%%s\\0' "$#" "$@" >&3
                read -r code <&3
                cat <&3
                exit "$code"
                """.formatted(worker, port));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }

    /** Takes out of an environment what is meant for these tests. */
    static void forget(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("VOICE_") || name.equals("XDG_DATA_HOME"));
        environment.put("LC_ALL", "C.UTF-8");
    }

    /** The process: a command for each connection, one at a time, until nobody holds its standard input any more. */
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread end = new Thread(() -> {
                try {
                    System.in.transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // It has ended too.
                }
                Runtime.getRuntime().halt(0);
            });
            end.setDaemon(true);
            end.start();
            System.out.println(server.getLocalPort());
            while (true) {
                try (Socket client = server.accept()) {
                    serve(client);
                }
            }
        }
    }

    /** Arguments come with their number before them, each ended by a zero; the exit code goes first, then both streams. */
    private static void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        String[] arguments = new String[Integer.parseInt(word(in))];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = word(in);
        }
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code = VoiceCommand.execute(
                new OutputStreamWriter(printed, StandardCharsets.UTF_8),
                new PrintWriter(printed, true, StandardCharsets.UTF_8),
                arguments);
        client.getOutputStream().write((code + "\n").getBytes(StandardCharsets.UTF_8));
        printed.writeTo(client.getOutputStream());
    }

    private static String word(DataInputStream in) throws IOException {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        for (byte next = in.readByte(); next != 0; next = in.readByte()) {
            word.write(next);
        }
        return word.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
