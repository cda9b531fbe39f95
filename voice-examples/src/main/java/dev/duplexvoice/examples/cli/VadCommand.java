package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.vad.SpeechSegment;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "Samples are counted at 16 kHz; for an 8 kHz recording and a detector that takes 8 kHz, at 8 kHz.",
            "Example: voice vad call.wav --detector silero --model silero_vad.onnx"
        })
final class VadCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "F.wav", description = "The recording.")
    private Path file = Path.of("");

    @Mixin
    private DetectorChoice detector = new DetectorChoice();

    @Option(names = "--probabilities", description = "Print CSV frame,probability instead.")
    private boolean probabilities;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        detector.check();
        WavFile wav = AudioInput.read(file);
        try (VoiceEngine engine = VoiceEngine.create()) {
            print(DetectorRun.of(engine, detector, wav));
        }
        return 0;
    }

    private void print(DetectorRun run) {
        float[] values = run.values();
        List<SpeechSegment> segments = run.segments();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("detector", run.detector());
            result.put("device", run.deviceName());
            result.put("sample_rate", run.sampleRate());
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
