package dev.duplexvoice.nativecore;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.nativecore.internal.DetectorModels;
import dev.duplexvoice.nativecore.internal.FlitePronouncer;
import dev.duplexvoice.nativecore.internal.GpuVocoder;
import dev.duplexvoice.nativecore.internal.NativeLoader;
import dev.duplexvoice.nativecore.internal.NativeResampler;
import dev.duplexvoice.nativecore.internal.NativeSynthesizer;
import dev.duplexvoice.nativecore.internal.NativeVoiceActivityDetector;
import dev.duplexvoice.nativecore.internal.WebRtcDetector;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The native core: three detectors, four voices, a pronouncer and a resampler. It needs the classifier jar of the platform besides this
 * one; {@link #unavailable()} says so if it is missing. Nothing is loaded before the first use.
 *
 * <p>Detectors: {@code duplex} (16 kHz, weights in this jar) and {@code silero} (16 and 8 kHz, weights from the model
 * folder {@code $VOICE_HOME/models}, by default {@code ~/.voice/models}) and {@code webrtc} (8, 16, 32 and 48 kHz). Voices: {@code rms}, {@code slt}, {@code awb},
 * {@code kal16}, all at 16 kHz. Pronouncer: American English.
 */
public final class NativeVoiceProvider implements VoiceProvider {
    private static final String DUPLEX = "duplex";
    private static final String SILERO = "silero";
    private static final String DUPLEX_MODEL = "duplex_vad_16k.onnx";
    private static final List<String> DETECTORS = List.of(DUPLEX, SILERO, WebRtcDetector.NAME);
    private static final List<String> VOICES = List.of("rms", "slt", "awb", "kal16");

    private final Path models;

    /** A provider that looks for models in the default folder. */
    public NativeVoiceProvider() {
        this(DetectorModels.defaultFolder());
    }

    /**
     * A provider with a model folder of its own.
     *
     * @param models the folder in which models are looked for; need not exist
     */
    public NativeVoiceProvider(Path models) {
        this.models = models;
    }

    @Override
    public String name() {
        return "core-native";
    }

    /** {@inheritDoc} Loads the native core on the first call. */
    @Override
    public @Nullable String unavailable() {
        return NativeLoader.problem();
    }

    @Override
    public List<String> detectors() {
        return DETECTORS;
    }

    @Override
    public List<String> voices() {
        return VOICES;
    }

    /** {@inheritDoc} On the device that the environment variable {@code VOICE_VAD_DEVICE} names, {@code cpu} or {@code cuda}. */
    @Override
    public VoiceActivityDetector openDetector(String detector, @Nullable Path model, int sampleRate) {
        return openDetector(detector, model, sampleRate, defaultDevice());
    }

    /**
     * Opens a detector that computes on a device of the host's choice. {@link VadDevice#CUDA} needs an NVIDIA GPU and
     * {@code libvoice_cuda.so}: without either, or when the GPU fails later, the detector computes on the CPU, one log line per
     * process says why, and {@link VoiceActivityDetector#device()} tells. {@code webrtc} computes on the CPU always.
     *
     * @param model the file with its weights, or null for the embedded or installed one
     * @param sampleRate 16000, or another that the detector takes
     * @throws VoiceException if the model cannot be used
     */
    public VoiceActivityDetector openDetector(String detector, @Nullable Path model, int sampleRate, VadDevice device) {
        return switch (detector) {
            case DUPLEX -> openDuplex(model, sampleRate, device);
            case SILERO ->
                NativeVoiceActivityDetector.open(
                        SILERO, model != null ? model : DetectorModels.silero(models, sampleRate), sampleRate, device);
            case WebRtcDetector.NAME -> {
                if (model != null) {
                    throw new VoiceException(
                            VoiceException.Code.UNSUPPORTED,
                            "model=" + model + ": detector webrtc has no model; leave it out");
                }
                yield openWebRtc(WebRtcOptions.DEFAULT, sampleRate);
            }
            default -> throw new IllegalArgumentException("detector=" + detector + ": " + name() + " has " + DETECTORS);
        };
    }

    /**
     * Opens the detector {@code webrtc} with options of one's own.
     *
     * @param sampleRate 8000, 16000, 32000 or 48000
     * @throws VoiceException if the rate is another, or libfvad does not load
     */
    public VoiceActivityDetector openWebRtc(WebRtcOptions options, int sampleRate) {
        return WebRtcDetector.open(options, sampleRate);
    }

    private static VadDevice defaultDevice() {
        String name = System.getenv("VOICE_VAD_DEVICE");
        if (name == null || name.isEmpty() || name.equals("cpu")) {
            return VadDevice.CPU;
        }
        if (name.equals("cuda")) {
            return VadDevice.CUDA;
        }
        throw new VoiceException(
                VoiceException.Code.INVALID_ARGUMENT, "VOICE_VAD_DEVICE=" + name + ": must be cpu or cuda");
    }

    private static VoiceActivityDetector openDuplex(@Nullable Path model, int sampleRate, VadDevice device) {
        if (sampleRate != 16_000) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "sampleRate=" + sampleRate + ": detector duplex takes 16000 Hz only, resample to 16000");
        }
        return model != null
                ? NativeVoiceActivityDetector.open(DUPLEX, model, sampleRate, device)
                : NativeVoiceActivityDetector.open(
                        DUPLEX, DetectorModels.embedded(NativeVoiceProvider.class, DUPLEX_MODEL), sampleRate, device);
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        if (!VOICES.contains(voice)) {
            throw new IllegalArgumentException("voice=" + voice + ": " + name() + " has " + VOICES);
        }
        return NativeSynthesizer.open(voice);
    }

    @Override
    public List<String> pronouncerLanguages() {
        return FlitePronouncer.LANGUAGES;
    }

    /** {@inheritDoc} It has American English. */
    @Override
    public @Nullable Pronouncer openPronouncer(String language) {
        return FlitePronouncer.speaks(language) ? FlitePronouncer.open() : null;
    }

    /** {@inheritDoc} It has HiFi-GAN: the decoder of a VITS (Piper) voice, or a generator of its own in a safetensors file. */
    @Override
    public Vocoder openVocoder(Path model) {
        return openVocoder(model, VocoderOptions.CPU);
    }

    /**
     * {@inheritDoc} {@link VocoderDevice#CUDA} needs an NVIDIA GPU and {@code libvoice_cuda.so}: without either it computes on the CPU,
     * and one log line per process says why. When the GPU fails later, streams go on on the CPU from their next sample.
     */
    @Override
    public Vocoder openVocoder(Path model, VocoderOptions options) {
        return GpuVocoder.open(model, options);
    }

    @Override
    public Resampler openResampler(int inputRate, int outputRate) {
        return NativeResampler.open(inputRate, outputRate);
    }

    /**
     * The native core's version, for diagnostics.
     *
     * @throws VoiceException with code UNAVAILABLE if it cannot be loaded
     */
    public String nativeVersion() {
        return NativeLoader.version();
    }

    /**
     * The SIMD path in use: {@code avx512}, {@code avx2} or {@code portable}.
     *
     * @throws VoiceException with code UNAVAILABLE if the native core cannot be loaded
     */
    public String simd() {
        return NativeLoader.simd();
    }
}
