package dev.duplexvoice.onnx;

import dev.duplexvoice.onnx.internal.DecoderWish;
import dev.duplexvoice.onnx.internal.VoiceLoading;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.VocoderOptions;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a Piper voice, a VITS network in a file {@code X.onnx} with its settings in {@code X.onnx.json} beside it:
 *
 * <pre>{@code
 * try (SpeechSynthesizer voice = PiperVoice.of(Path.of("voices/en_US-amy-medium.onnx")).open()) {
 *     …
 * }
 * }</pre>
 *
 * <p>The graph is cut where its decoder begins: the first part runs once for each text, the decoder bit by bit, in what together gives the
 * very samples of the whole. Streams compute on the threads that read them and share the network, so any number may run at once.
 * Rate is done by the network; pitch other than 1 is refused with UNSUPPORTED.
 *
 * <p>A builder: not thread-safe; {@link #open} may be called more than once.
 */
public final class PiperVoice {
    private static final int MAX_THREADS = 256;

    private final Path model;
    private @Nullable Path config;
    private String speaker = "";
    private int threads = 1;
    private OnnxDevice device = OnnxDevice.AUTO;
    private OnnxDecoder decoder = OnnxDecoder.AUTO;
    private int streams = DecoderWish.STREAMS;
    private @Nullable Pronouncer pronouncer;
    private @Nullable String name;

    private PiperVoice(Path model) {
        this.model = model;
    }

    /** The voice of a file {@code X.onnx}. */
    public static PiperVoice of(Path model) {
        return new PiperVoice(Objects.requireNonNull(model, "model"));
    }

    /** What it is called in events, metrics and messages; by default the file's name, and the speaker's behind #. */
    public PiperVoice name(String value) {
        this.name = Objects.requireNonNull(value, "value");
        return this;
    }

    /** The file with its settings; by default the model's name with {@code .json} behind it. */
    public PiperVoice config(Path file) {
        this.config = Objects.requireNonNull(file, "file");
        return this;
    }

    /** Who speaks, by name or by number; by default, and if empty, the first. */
    public PiperVoice speaker(String nameOrNumber) {
        this.speaker = Objects.requireNonNull(nameOrNumber, "nameOrNumber");
        return this;
    }

    /**
     * Threads that one run of the network computes on, 1 to 256. The default of 1, the reading thread alone, is best where many speak
     * at once; a single speaker is heard a little sooner with more.
     *
     * @throws IllegalArgumentException if out of range
     */
    public PiperVoice threads(int count) {
        this.threads = requireThreads(count);
        return this;
    }

    static int requireThreads(int count) {
        if (count < 1 || count > MAX_THREADS) {
            throw new IllegalArgumentException("threads=" + count + ": must be 1 to " + MAX_THREADS);
        }
        return count;
    }

    /** Where it computes; by default {@link OnnxDevice#AUTO}. */
    public PiperVoice device(OnnxDevice where) {
        this.device = Objects.requireNonNull(where, "where");
        return this;
    }

    /** What makes the waveform; by default {@link OnnxDecoder#AUTO}. */
    public PiperVoice decoder(OnnxDecoder what) {
        this.decoder = Objects.requireNonNull(what, "what");
        return this;
    }

    /**
     * Texts that are spoken at once on the GPU of {@link OnnxDecoder#CUDA}, 1 to 65,536; 256 by default. Its memory is taken when the voice is
     * opened; who comes when all are taken speaks on the CPU. Other decoders take no notice.
     *
     * @throws IllegalArgumentException if out of range
     */
    public PiperVoice streams(int count) {
        this.streams = requireStreams(count);
        return this;
    }

    static int requireStreams(int count) {
        if (count < 1 || count > VocoderOptions.MAX_STREAMS) {
            throw new IllegalArgumentException("streams=" + count + ": must be 1 to " + VocoderOptions.MAX_STREAMS);
        }
        return count;
    }

    /** Tells how words are spoken; by default {@link Pronouncer#find} with the voice's language. Voices of the type text need none. */
    public PiperVoice pronouncer(Pronouncer given) {
        this.pronouncer = Objects.requireNonNull(given, "given");
        return this;
    }

    /**
     * Loads the voice and has it say a word to nobody. Takes seconds; the caller closes the voice.
     *
     * @throws dev.duplexvoice.VoiceException if it cannot be used: NOT_FOUND for a file or speaker that is not there, MODEL for files
     *     that are damaged, are no voice or do not belong together, UNSUPPORTED for a kind of phonemes that is not known, UNAVAILABLE if
     *     there is no pronouncer for its language, or no device or decoder as asked for
     */
    public SpeechSynthesizer open() {
        Path settings = config != null ? config : model.resolveSibling(model.getFileName() + ".json");
        return VoiceLoading.piper(
                name, model, settings, speaker, threads, device, new DecoderWish(decoder, streams), pronouncer);
    }
}
