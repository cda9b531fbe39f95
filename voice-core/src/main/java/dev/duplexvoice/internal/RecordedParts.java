package dev.duplexvoice.internal;

import dev.duplexvoice.SessionListener;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.TurnVerdict;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session was made of, as a recording's header tells it, and stand-ins for it: they are there where the originals were, have
 * their rates and lengths, and do nothing, because the tape says what came of them.
 */
final class RecordedParts {
    private static final String RESPONDER = "responder";
    private static final String RECOGNIZER = "recognizer";
    private static final String TURN_DETECTOR = "turnDetector";
    private static final String INTERRUPTION_POLICY = "interruptionPolicy";

    private RecordedParts() {}

    static RecordingHeader header(
            String id,
            SessionOptions options,
            @Nullable VoiceActivityDetector detector,
            SpeechSynthesizer synthesizer,
            @Nullable Resampler resampler) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(RecordingHeader.MADE_BY, LibraryVersion.get());
        fields.put(RecordingHeader.SESSION, id);
        fields.put(RecordingHeader.INPUT_RATE, "" + options.input().sampleRate());
        fields.put(RecordingHeader.OUTPUT_RATE, "" + options.output().sampleRate());
        if (detector != null) {
            fields.put(RecordingHeader.DETECTOR, detector.name());
            fields.put(RecordingHeader.DETECTOR_RATE, "" + detector.sampleRate());
            fields.put(RecordingHeader.DETECTOR_WINDOW, "" + detector.windowSamples());
        }
        if (resampler != null) {
            int most = resampler.maxOutput(options.input().frameSamples());
            fields.put(RecordingHeader.RESAMPLED, "" + most);
        }
        fields.put(RecordingHeader.VOICE, synthesizer.voice());
        fields.put(RecordingHeader.PLUGINS, plugins(options));
        options.values().forEach((name, value) -> fields.put(RecordingHeader.OPTION + name, value));
        return new RecordingHeader(fields);
    }

    private static String plugins(SessionOptions options) {
        Map<String, Boolean> there = new LinkedHashMap<>();
        there.put(RESPONDER, options.responder() != null);
        there.put(RECOGNIZER, options.recognizer() != null);
        there.put(TURN_DETECTOR, options.turnDetector() != null);
        there.put(INTERRUPTION_POLICY, options.interruptionPolicy() != null);
        there.values().removeIf(is -> !is);
        return String.join(",", there.keySet());
    }

    /** The options of the recorded session, with stand-ins for what the host plugged in. */
    static SessionOptions options(RecordingHeader header, SessionListener listener) {
        SessionOptions.Builder options = SessionOptions.builder()
                .input(new AudioFormat(header.number(RecordingHeader.INPUT_RATE)))
                .output(new AudioFormat(header.number(RecordingHeader.OUTPUT_RATE)))
                .listener(listener);
        header.options().forEach(options::set);
        if (header.get(RecordingHeader.DETECTOR) == null) {
            options.externalSpeech();
        }
        List<String> plugins = List.of(header.require(RecordingHeader.PLUGINS).split(","));
        if (plugins.contains(RESPONDER)) {
            options.responder((turn, reply) -> reply.detach());
        }
        if (plugins.contains(RECOGNIZER)) {
            options.recognizer((rate, sink) -> new RecognitionStream() {});
        }
        if (plugins.contains(TURN_DETECTOR)) {
            options.turnDetector(rate -> moment -> TurnVerdict.UNDECIDED);
        }
        if (plugins.contains(INTERRUPTION_POLICY)) {
            options.interruptionPolicy(attempt -> InterruptionPolicy.Verdict.UNDECIDED);
        }
        return options.build();
    }

    /** Null if the host told when the caller spoke. */
    static @Nullable VoiceActivityDetector detector(RecordingHeader header) {
        String name = header.get(RecordingHeader.DETECTOR);
        return name == null
                ? null
                : new Detector(
                        name,
                        inRange(header, RecordingHeader.DETECTOR_RATE, 48_000),
                        inRange(header, RecordingHeader.DETECTOR_WINDOW, 48_000));
    }

    private static int inRange(RecordingHeader header, String field, int most) {
        int value = header.number(field);
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(field + "=" + value + ": must be 1 to " + most);
        }
        return value;
    }

    static Providers providers(RecordingHeader header) {
        return new Providers(List.of(new VoiceProvider() {
            @Override
            public String name() {
                return "recorded";
            }

            @Override
            public @Nullable Resampler openResampler(int inputRate, int outputRate) {
                // Where there was none though the rates differ, there is none to be had: the header is wrong.
                return header.get(RecordingHeader.RESAMPLED) == null
                        ? null
                        : new Counts(inputRate, outputRate, inRange(header, RecordingHeader.RESAMPLED, 1 << 16));
            }
        }));
    }

    static SpeechSynthesizer synthesizer(RecordingHeader header) {
        return new Voice(header.require(RecordingHeader.VOICE), header.number(RecordingHeader.OUTPUT_RATE));
    }

    private record Detector(String name, int sampleRate, int windowSamples) implements VoiceActivityDetector {
        @Override
        public VadBatch newBatch(int capacity) {
            return new Batch();
        }

        @Override
        public void close() {}
    }

    private static final class Batch implements VadBatch {
        @Override
        public int capacity() {
            return 1;
        }

        @Override
        public int acquire() {
            return 0;
        }

        @Override
        public void release(int caller) {}

        @Override
        public void reset(int caller) {}

        @Override
        public void submit(int caller, short[] samples, int offset) {}

        @Override
        public int run() {
            return 0;
        }

        @Override
        public float probability(int caller) {
            return 0;
        }

        @Override
        public void close() {}
    }

    private record Counts(int inputRate, int outputRate, int most) implements Resampler {
        @Override
        public int process(short[] input, int inputOffset, int inputLength, short[] output, int outputOffset) {
            return 0;
        }

        @Override
        public int flush(short[] output, int outputOffset) {
            return 0;
        }

        @Override
        public int maxOutput(int inputLength) {
            return most;
        }

        @Override
        public void reset() {}

        @Override
        public void close() {}
    }

    /** Never asked to speak, because replays do no such work. */
    private record Voice(String voice, int sampleRate) implements SpeechSynthesizer {
        @Override
        public int maxTextLength() {
            return Integer.MAX_VALUE;
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            throw new UnsupportedOperationException("a replay speaks from its recording");
        }

        @Override
        public void close() {}
    }
}
