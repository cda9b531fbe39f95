package dev.duplexvoice.examples.cli;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.conversation.Conversation;
import dev.duplexvoice.examples.conversation.EventJson;
import dev.duplexvoice.examples.conversation.Pacer;
import dev.duplexvoice.examples.conversation.RecordedCaller;
import dev.duplexvoice.examples.conversation.Responders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice converse}. */
@Command(
        name = "converse",
        description = "Hold one session with a recorded caller.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --events and --json the events are printed as JSON lines.",
            "Example: voice converse call.wav -o both.wav --clock virtual"
        })
final class ConverseCommand implements Callable<Integer> {

    /** Which clock paces the conversation. */
    enum ClockKind {
        REAL,
        VIRTUAL
    }

    @Parameters(index = "0", paramLabel = "F.wav", description = "The caller.")
    private Path file = Path.of("");

    @Option(
            names = "--responder",
            paramLabel = "R",
            description = "echo (default), or script:F.json with an array of texts.")
    private String responder = "echo";

    @Option(names = "-o", paramLabel = "F.wav", description = "Write both sides here, caller left, reply right.")
    private @Nullable Path output;

    @Option(names = "--events", paramLabel = "F.jsonl", description = "Write the events here.")
    private @Nullable Path eventsFile;

    @Option(
            names = "--clock",
            paramLabel = "C",
            description = "real (default) or virtual: faster than real time, the same every time.")
    private ClockKind clock = ClockKind.REAL;

    @Option(names = "--voice", paramLabel = "V", description = "rms (default), slt, awb or kal16.")
    private @Nullable String voice;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A session option, such as endpointing.minDelay=300ms; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--json", description = "Print one JSON object when it is over.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        WavFile wav = AudioInput.read(file);
        SessionOptions.Builder options = SessionOptions.builder().responder(Responders.parse(responder));
        settings.forEach(options::set);
        requireOutput(output);
        requireOutput(eventsFile);
        if (output != null && eventsFile != null) {
            WholeFile.requireOther(output, eventsFile);
        }
        Pacer pacer = clock == ClockKind.VIRTUAL ? Pacer.virtual() : Pacer.real();
        VoiceEngine.Builder builder = VoiceEngine.builder().clock(pacer.clock());
        if (voice != null) {
            builder.voice(voice);
        }
        try (VoiceEngine engine = builder.build()) {
            // 22.05 kHz is no session format; 44.1 kHz, its double, is.
            int rate = wav.sampleRate() == 22_050 ? 44_100 : wav.sampleRate();
            short[] caller = AudioInput.resample(engine, wav.samples(), wav.sampleRate(), rate);
            options.input(new AudioFormat(rate));
            boolean lines = eventsFile == null && !json;
            PrintWriter out = spec.commandLine().getOut();
            Consumer<SessionEvent> live = lines ? event -> out.println(EventJson.line(event)) : event -> {};
            Conversation.Result result = new Conversation(engine, pacer).run(options, new RecordedCaller(caller), live);
            write(engine, result);
            if (json) {
                out.println(Json.line(summary(result)));
            }
        }
        return 0;
    }

    private void requireOutput(@Nullable Path result) {
        if (result != null) {
            WholeFile.requireWritable(result);
            WholeFile.requireOther(file, result);
        }
    }

    private void write(VoiceEngine engine, Conversation.Result result) {
        if (output != null) {
            int rate = result.output().sampleRate();
            short[] caller =
                    AudioInput.resample(engine, result.caller(), result.input().sampleRate(), rate);
            WavFile.write(output, rate, fit(caller, result.reply().length), result.reply());
        }
        if (eventsFile != null) {
            WholeFile.write(eventsFile, jsonLines(result));
        }
    }

    /** Rounding in the resampler may leave a sample more or less than the other side has. */
    static short[] fit(short[] samples, int length) {
        return samples.length == length ? samples : Arrays.copyOf(samples, length);
    }

    static String jsonLines(Conversation.Result result) {
        return result.events().stream().map(EventJson::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private Map<String, Object> summary(Conversation.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("input", file.toString());
        fields.put(
                "seconds",
                Json.decimals((double) result.reply().length / result.output().sampleRate(), 3));
        fields.put("turns", count(result, SessionEvent.TurnEnded.class));
        fields.put("replies", count(result, SessionEvent.ReplyStarted.class));
        fields.put("interruptions", count(result, SessionEvent.Interrupted.class));
        fields.put("errors", count(result, SessionEvent.Failed.class));
        return fields;
    }

    private static long count(Conversation.Result result, Class<? extends SessionEvent> type) {
        return result.events().stream().filter(type::isInstance).count();
    }
}
