package dev.duplexvoice.examples.cli;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.conversation.Conversation;
import dev.duplexvoice.examples.conversation.Pacer;
import dev.duplexvoice.examples.conversation.RecordedCaller;
import dev.duplexvoice.examples.conversation.Responders;
import dev.duplexvoice.logging.MemoryWatch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** What commands have in common that hold one session with a caller from a file. */
final class RecordedCall {

    /** Which clock paces the conversation. */
    enum ClockKind {
        REAL,
        VIRTUAL
    }

    /** Names them as they are written. */
    static final class ClockConverter implements ITypeConverter<ClockKind> {
        @Override
        public ClockKind convert(String value) {
            for (ClockKind kind : ClockKind.values()) {
                if (kind.name().equalsIgnoreCase(value)) {
                    return kind;
                }
            }
            throw new TypeConversionException("use real or virtual, not '" + value + "'");
        }
    }

    /** What becomes of a conversation while the engine is there. */
    interface Outcome {
        void write(VoiceEngine engine, Conversation.Result result);
    }

    @Parameters(index = "0", paramLabel = "F.wav", description = "The caller.")
    private Path file = Path.of("");

    @Option(
            names = "--responder",
            paramLabel = "R",
            description = "echo (default), or script:F.json with an array of texts.")
    private String responder = "echo";

    @Option(
            names = "--clock",
            paramLabel = "C",
            converter = ClockConverter.class,
            description = "real (default) or virtual: faster than real time, the same every time.")
    private ClockKind clock = ClockKind.REAL;

    @Option(
            names = "--voice",
            paramLabel = "V",
            description = "rms (default), slt, awb, kal16, or the path of a Piper voice, F.onnx.")
    private @Nullable String voice;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A session option, such as endpointing.minDelay=300ms; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Mixin
    private WarnOptions warn = new WarnOptions();

    Path file() {
        return file;
    }

    /** Checks before the call that what comes of it can be written, each in a file of its own; null for none. */
    void requireOutputs(@Nullable Path... results) {
        for (int i = 0; i < results.length; i++) {
            Path result = results[i];
            if (result != null) {
                WholeFile.requireWritable(result);
                WholeFile.requireOther(file, result);
                for (int before = 0; before < i; before++) {
                    Path other = results[before];
                    if (other != null) {
                        WholeFile.requireOther(other, result);
                    }
                }
            }
        }
    }

    /** The session's options, but for the input's format. */
    SessionOptions.Builder options() {
        SessionOptions.Builder options =
                SessionOptions.builder().responder(warn.slow().watch(Responders.parse(responder)));
        settings.forEach((key, value) -> {
            options.set(key, value);
            requireNoWords(key, value);
        });
        return options;
    }

    /** The library would advise a recognizer, which a host can set, and this command cannot. */
    private static void requireNoWords(String key, String value) {
        boolean words = key.equals("interruption.minWords") && !value.strip().equals("0")
                || key.equals("interruption.backchannels") && !value.isBlank();
        if (words) {
            throw new IllegalArgumentException("--set " + key + "=" + value
                    + ": it looks at the caller's words, and this command has no recognizer; leave it out");
        }
    }

    /** Holds the call. */
    void hold(WavFile wav, SessionOptions.Builder options, Consumer<SessionEvent> live, Outcome outcome) {
        Pacer pacer = clock == ClockKind.VIRTUAL ? Pacer.virtual() : Pacer.real();
        VoiceEngine.Builder builder = VoiceEngine.builder().clock(pacer.clock());
        if (voice != null) {
            builder.voice(voice);
        }
        MemoryWatch memory = MemoryWatch.start(warn.slow());
        try (memory;
                VoiceEngine engine = builder.build()) {
            // 22.05 kHz is no session format; 44.1 kHz, its double, is.
            int rate = wav.sampleRate() == 22_050 ? 44_100 : wav.sampleRate();
            short[] caller = AudioInput.resample(engine, wav.samples(), wav.sampleRate(), rate);
            options.input(new AudioFormat(rate));
            outcome.write(engine, new Conversation(engine, pacer).run(options, new RecordedCaller(caller), live));
        }
    }

    /** The fields of a summary that count what happened. */
    static void count(List<SessionEvent> events, Map<String, Object> fields) {
        fields.put("turns", count(events, SessionEvent.TurnEnded.class));
        fields.put("replies", count(events, SessionEvent.ReplyStarted.class));
        fields.put("interruptions", count(events, SessionEvent.Interrupted.class));
        fields.put("errors", count(events, SessionEvent.Failed.class));
    }

    private static long count(List<SessionEvent> events, Class<? extends SessionEvent> type) {
        return events.stream().filter(type::isInstance).count();
    }

    /** How long the conversation was. */
    static Object seconds(Conversation.Result result) {
        return Json.decimals((double) result.reply().length / result.output().sampleRate(), 3);
    }
}
