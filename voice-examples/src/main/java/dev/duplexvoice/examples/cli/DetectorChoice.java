package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.nativecore.WebRtcOptions;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options by which a command chooses its detector. */
final class DetectorChoice {
    private static final String SILERO = "silero";
    private static final List<String> WITH_DEVICES = List.of("duplex", SILERO);
    private static final String WEBRTC = "webrtc";

    @Option(
            names = "--detector",
            paramLabel = "D",
            description = "duplex (embedded, default), silero, webrtc or energy; with --model, silero is the default.")
    private @Nullable String detector;

    @Option(names = "--model", paramLabel = "F.onnx", description = "Weights in Silero's architecture.")
    private @Nullable Path model;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda",
            description =
                    "Where duplex or silero computes; cuda goes on on the CPU where there is no GPU, and says so.")
    private @Nullable String device;

    @Option(
            names = "--aggressiveness",
            paramLabel = "0..3",
            description = "How readily webrtc takes audio for noise; 2 by default.")
    private @Nullable Integer aggressiveness;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** The detector's name. */
    String name() {
        if (detector != null) {
            return detector;
        }
        return model != null ? SILERO : "duplex";
    }

    /** Refuses what does not go together, whatever the data; call it before any work. */
    void check() {
        if (model != null && !name().equals(SILERO)) {
            throw wrong("--model is for --detector silero, not " + name()
                    + (name().equals("duplex") ? ", which has its embedded weights" : "")
                    + "; use --detector silero --model " + model);
        }
        if (aggressiveness != null && !name().equals(WEBRTC)) {
            throw wrong("--aggressiveness is for --detector webrtc, not " + name());
        }
        if (aggressiveness != null && (aggressiveness < 0 || aggressiveness > 3)) {
            throw wrong("--aggressiveness=" + aggressiveness + ": must be 0 to 3");
        }
        if (device != null && chosenDevice() == VadDevice.CUDA && !WITH_DEVICES.contains(name())) {
            throw wrong("--device=cuda is for --detector duplex or silero; " + name() + " computes on the CPU");
        }
    }

    private VadDevice chosenDevice() {
        for (VadDevice one : VadDevice.values()) {
            if (one.name().equalsIgnoreCase(device)) {
                return one;
            }
        }
        throw wrong("--device=" + device + ": must be cpu or cuda");
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Opens it at a rate. */
    VoiceActivityDetector open(VoiceEngine engine, int sampleRate) {
        if (aggressiveness != null) {
            int frameMillis = WebRtcOptions.DEFAULT.frameMillis();
            return new NativeVoiceProvider().openWebRtc(new WebRtcOptions(aggressiveness, frameMillis), sampleRate);
        }
        if (device != null && WITH_DEVICES.contains(name())) {
            return new NativeVoiceProvider().openDetector(name(), model, sampleRate, chosenDevice());
        }
        return engine.openDetector(name(), model, sampleRate);
    }
}
