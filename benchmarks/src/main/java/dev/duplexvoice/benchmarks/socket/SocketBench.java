package dev.duplexvoice.benchmarks.socket;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.Machine;
import dev.duplexvoice.benchmarks.cli.ProgramVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code voice bench socket}. */
@Command(
        name = "socket",
        description =
                "Hold many WebSocket sessions over loopback: what their clients get, and what they cost the server.",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "The server has a process of its own; its clients are one thread of this one, and both share the processors.",
            "Exit code 1 if a session was starved or lost, or the jitter's p95 is not below 10 ms.",
            "Example: voice bench socket --sessions 500 --seconds 60"
        })
public final class SocketBench implements Callable<Integer> {
    private static final double MOST_JITTER_MILLIS = 10;
    private static final int LOOK_SECONDS = 10;

    @Option(names = "--sessions", paramLabel = "N", description = "Sessions at once (500).")
    private int sessions = 500;

    @Option(names = "--seconds", paramLabel = "S", description = "Measured seconds (60).")
    private int seconds = 60;

    @Option(names = "--warmup", paramLabel = "S", description = "Seconds before that, not counted (15).")
    private int warmup = 15;

    @Option(
            names = "--reply",
            paramLabel = "S",
            description = {
                "Seconds of each reply, 1 to 60 (20). What a server remembers of each session has a limit, which short replies reach",
                "sooner: a soak is flat from then on."
            })
    private int reply = 20;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public SocketBench() {}

    @Override
    public Integer call() {
        required("--sessions", sessions, 20_000);
        required("--seconds", seconds, 86_400);
        required("--reply", reply, 60);
        try (SocketProcess server = new SocketProcess(reply);
                Lines lines = new Lines(server.port)) {
            return run(server, lines);
        } catch (IOException | UncheckedIOException e) {
            throw new VoiceException(VoiceException.Code.IO, "a connection failed: " + e.getMessage(), e);
        }
    }

    private int run(SocketProcess server, Lines lines) throws IOException {
        ServerFigures before = server.figures();
        lines.open(sessions);
        lines.run(TimeUnit.SECONDS.toNanos(warmup), new Arrivals());
        Arrivals arrivals = new Arrivals();
        lines.silent();
        long frames = lines.frames();
        double cpu = server.processorSeconds();
        long begun = System.nanoTime();
        long silent = 0;
        @Nullable ServerFigures early = null;
        for (int left = seconds; left > 0; left -= LOOK_SECONDS) {
            lines.run(TimeUnit.SECONDS.toNanos(Math.min(LOOK_SECONDS, left)), arrivals);
            // A reply and at once the next text: in 10 s everybody hears something.
            silent += left >= LOOK_SECONDS ? lines.silent() : 0;
            if (early == null && seconds - left >= seconds / 10) {
                // Its collections are not to be measured: what comes meanwhile is read late.
                early = server.figures();
                lines.run(TimeUnit.SECONDS.toNanos(2), new Arrivals());
            }
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        double cores = (server.processorSeconds() - cpu) / elapsed;
        double perSecond = (lines.frames() - frames) / elapsed;
        ServerFigures after = server.figures();
        double[] jitter = arrivals.percentiles(50, 95, 99, 99.9, 100);
        boolean sound = jitter[1] < MOST_JITTER_MILLIS
                && arrivals.starved() == 0
                && silent == 0
                && after.sessions() == sessions
                && after.slow() == 0;
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? json(jitter, arrivals, silent, cores, perSecond, before, early, after)
                                : text(jitter, arrivals, silent, cores, perSecond, before, early, after));
        return sound ? 0 : 1;
    }

    private String text(
            double[] jitter,
            Arrivals arrivals,
            long silent,
            double cores,
            double perSecond,
            ServerFigures before,
            @Nullable ServerFigures early,
            ServerFigures after) {
        return String.format(
                Locale.ROOT,
                """
                %s
                %d sessions, %d s: %.0f frames a second to their clients, as many from them
                jitter             p50 %.2f  p95 %.2f  p99 %.2f  p99.9 %.2f  max %.1f ms, of %d frames
                starved            %d gaps above 100 ms in a reply; %d times a session had no frame for 10 s
                server             %.2f cores, %d threads
                memory of a session  heap %.1f KiB, native %.1f KiB
                heap               %.1f MiB at the beginning, %.1f MiB at the end
                slow %d, lost %d, wrong sequence %d, bad messages %d; sessions at the end %d""",
                Machine.describe(),
                sessions,
                seconds,
                perSecond,
                jitter[0],
                jitter[1],
                jitter[2],
                jitter[3],
                jitter[4],
                arrivals.count(),
                arrivals.starved(),
                silent,
                cores,
                after.threads(),
                (after.heap() - before.heap()) / 1024.0 / sessions,
                (after.beside() - before.beside()) / 1024.0 / sessions,
                (early == null ? after : early).heap() / 1048576.0,
                after.heap() / 1048576.0,
                after.slow(),
                after.lost(),
                after.wrongSequence(),
                after.badMessages(),
                after.sessions());
    }

    private String json(
            double[] jitter,
            Arrivals arrivals,
            long silent,
            double cores,
            double perSecond,
            ServerFigures before,
            @Nullable ServerFigures early,
            ServerFigures after) {
        return String.format(
                Locale.ROOT,
                "{\"sessions\":%d,\"seconds\":%d,\"frames_per_second\":%.1f,\"jitter_ms\":{\"p50\":%.3f,\"p95\":%.3f,"
                        + "\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f,\"count\":%d},\"gaps\":%d,\"silent\":%d,\"cores\":%.3f,"
                        + "\"threads\":%d,\"heap_per_session\":%d,\"native_per_session\":%d,\"heap_begin\":%d,"
                        + "\"heap_end\":%d,\"slow\":%d,\"lost\":%d,\"sessions_end\":%d}",
                sessions,
                seconds,
                perSecond,
                jitter[0],
                jitter[1],
                jitter[2],
                jitter[3],
                jitter[4],
                arrivals.count(),
                arrivals.starved(),
                silent,
                cores,
                after.threads(),
                (after.heap() - before.heap()) / sessions,
                (after.beside() - before.beside()) / sessions,
                (early == null ? after : early).heap(),
                after.heap(),
                after.slow(),
                after.lost(),
                after.sessions());
    }

    private void required(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), name + "=" + value + ": must be 1 to " + most);
        }
    }
}
