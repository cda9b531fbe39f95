package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.vad.SpeechSegment;
import dev.duplexvoice.vad.SpeechSegments;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadOptions;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice vad}. */
@Command(
        name = "vad",
        description = "Find the speech in a recording; prints CSV start,end in samples.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Samples are counted at 16 kHz; for an 8 kHz recording and a model with 8 kHz weights, at 8 kHz.",
            "Example: voice vad call.wav --detector silero --model silero_vad.onnx"
        })
final class VadCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "F.wav", description = "The recording.")
    private Path file = Path.of("");

    @Option(
            names = "--detector",
            paramLabel = "D",
            description = "duplex (embedded, default) or silero; with --model, silero is the default.")
    private @Nullable String detector;

    @Option(names = "--model", paramLabel = "F.onnx", description = "Weights in Silero's architecture.")
    private @Nullable Path model;

    @Option(names = "--probabilities", description = "Print CSV frame,probability instead.")
    private boolean probabilities;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        WavFile wav = AudioInput.read(file);
        String name = detector != null ? detector : model != null ? "silero" : "duplex";
        try (VoiceEngine engine = VoiceEngine.create();
                VoiceActivityDetector vad = open(engine, name, wav.sampleRate())) {
            short[] samples = AudioInput.resample(engine, wav.samples(), wav.sampleRate(), vad.sampleRate());
            float[] values = probabilities(vad, samples);
            List<SpeechSegment> segments = SpeechSegments.of(
                    values, VadOptions.OFFLINE, vad.sampleRate(), vad.windowSamples(), samples.length);
            print(vad, values, segments);
        }
        return 0;
    }

    /** At the recording's own rate if the model has weights for it, at 16 kHz otherwise. */
    private VoiceActivityDetector open(VoiceEngine engine, String name, int sampleRate) {
        if (sampleRate == 8_000) {
            try {
                return engine.openDetector(name, model, 8_000);
            } catch (VoiceException e) {
                if (e.code() != VoiceException.Code.UNSUPPORTED) {
                    throw e;
                }
            }
        }
        return engine.openDetector(name, model, 16_000);
    }

    /** One for each window; the last one is filled up with silence. */
    private static float[] probabilities(VoiceActivityDetector vad, short[] samples) {
        int window = vad.windowSamples();
        int windows = (samples.length + window - 1) / window;
        short[] padded = Arrays.copyOf(samples, windows * window);
        float[] values = new float[windows];
        try (VadBatch batch = vad.newBatch(1)) {
            int caller = batch.acquire();
            for (int i = 0; i < windows; i++) {
                batch.submit(caller, padded, i * window);
                batch.run();
                values[i] = batch.probability(caller);
            }
        }
        return values;
    }

    private void print(VoiceActivityDetector vad, float[] values, List<SpeechSegment> segments) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("detector", vad.name());
            result.put("sample_rate", vad.sampleRate());
            result.put(
                    "segments",
                    segments.stream().map(s -> List.of(s.start(), s.end())).toList());
            if (probabilities) {
                result.put("probabilities", values);
            }
            out.println(Json.line(result));
            return;
        }
        StringBuilder csv = new StringBuilder(probabilities ? "frame,probability\n" : "start,end\n");
        if (probabilities) {
            for (int i = 0; i < values.length; i++) {
                csv.append(i).append(',').append(Json.nineDigits(values[i])).append('\n');
            }
        } else {
            segments.forEach(
                    s -> csv.append(s.start()).append(',').append(s.end()).append('\n'));
        }
        out.print(csv);
        out.flush();
    }
}
