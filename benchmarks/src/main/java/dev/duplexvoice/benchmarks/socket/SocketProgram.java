package dev.duplexvoice.benchmarks.socket;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.SocketStats;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.javalin.Javalin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The server's process: says its port, answers each line on stdin with its figures, and ends when its stdin does. */
final class SocketProgram {
    static final String PORT = "port=";
    static final String FIGURES = "figures=";
    private static final int MOST_THREADS = 16;
    static final String PATH = "/voice";

    private SocketProgram() {}

    /** Runs it; the argument says how many seconds a reply takes. */
    public static void main(String[] args) throws Exception {
        PreparedSpeech speech;
        try (VoiceEngine engine = VoiceEngine.create();
                SpeechSynthesizer voice = engine.openVoice(engine.defaultVoice())) {
            speech = new PreparedSpeech(engine, voice, Line.RATE, Integer.parseInt(args[0]));
        }
        try (VoiceEngine engine = VoiceEngine.create();
                VoiceSocket socket = VoiceSocket.builder(engine)
                        .configure((caller, options) -> options.synthesizer(speech)
                                // A long run is not to be ended by what protects a host.
                                .set("limits.idle", "24h")
                                .set("limits.duration", "24h")
                                .set("limits.turns", String.valueOf(Integer.MAX_VALUE))
                                // Full before a tenth of a soak is over, after which memory has no reason to grow.
                                .set("limits.history", "100"))
                        .build()) {
            Javalin server = Javalin.create(config -> {
                        config.startup.showJavalinBanner = false;
                        // Nothing in the endpoint blocks, so more threads would only take turns.
                        config.jetty.threadPool = new QueuedThreadPool(MOST_THREADS, 4);
                        socket.routes(config.routes, PATH);
                    })
                    .start("127.0.0.1", 0);
            engine.detector();
            System.out.println(PORT + server.port());
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (in.readLine() != null) {
                System.out.println(FIGURES + figures(socket.stats()));
            }
            server.stop();
        }
    }

    private static String figures(SocketStats stats) throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            System.gc();
            Thread.sleep(200);
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long committed =
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        return heap + " " + Math.max(0, resident() - committed) + " " + threads + " " + stats.sessions() + " "
                + stats.opened() + " " + stats.slow() + " " + stats.lost() + " " + stats.wrongSequence() + " "
                + stats.badMessages();
    }

    /** Anonymous memory, which the heap is a part of. */
    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
            }
        }
        return 0;
    }
}
