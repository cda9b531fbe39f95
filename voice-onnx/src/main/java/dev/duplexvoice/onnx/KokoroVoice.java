package dev.duplexvoice.onnx;

import dev.duplexvoice.onnx.internal.VoiceLoading;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a Kokoro voice: a network in an {@code .onnx} file, the ids of its symbols in a JSON ({@code config.json} with a {@code vocab},
 * or {@code tokenizer.json}), and who speaks in a file of styles, 256 float32 for each length of a phrase ({@code .bin} or
 * {@code .npy}). Its audio is at 24 kHz.
 *
 * <p>Each phrase is made in one piece: the graph has no place to cut it at. So the first sound comes with the clause's last, and there
 * are no word times. Rate is done by the network; pitch other than 1 is refused with UNSUPPORTED.
 *
 * <p>A builder: not thread-safe; {@link #open} may be called more than once.
 */
public final class KokoroVoice {
    private final Path model;
    private final Path vocabulary;
    private final Path styles;
    private String language = "en-US";
    private int threads = 1;
    private OnnxDevice device = OnnxDevice.AUTO;
    private @Nullable Pronouncer pronouncer;
    private @Nullable String name;

    private KokoroVoice(Path model, Path vocabulary, Path styles) {
        this.model = model;
        this.vocabulary = vocabulary;
        this.styles = styles;
    }

    /** The voice of three files. */
    public static KokoroVoice of(Path model, Path vocabulary, Path styles) {
        return new KokoroVoice(
                Objects.requireNonNull(model, "model"),
                Objects.requireNonNull(vocabulary, "vocabulary"),
                Objects.requireNonNull(styles, "styles"));
    }

    /** What it is called in events, metrics and messages; by default the name of the file of its styles. */
    public KokoroVoice name(String value) {
        this.name = Objects.requireNonNull(value, "value");
        return this;
    }

    /** What it speaks, as BCP 47 has it; by default {@code en-US}. */
    public KokoroVoice language(String tag) {
        this.language = Objects.requireNonNull(tag, "tag");
        return this;
    }

    /**
     * Threads that one run of the network computes on, 1 to 256; by default 1, the reading thread alone.
     *
     * @throws IllegalArgumentException if out of range
     */
    public KokoroVoice threads(int count) {
        this.threads = PiperVoice.requireThreads(count);
        return this;
    }

    /** Where it computes; by default {@link OnnxDevice#AUTO}. */
    public KokoroVoice device(OnnxDevice where) {
        this.device = Objects.requireNonNull(where, "where");
        return this;
    }

    /** Tells how words are spoken; by default {@link Pronouncer#find} with the voice's language. */
    public KokoroVoice pronouncer(Pronouncer given) {
        this.pronouncer = Objects.requireNonNull(given, "given");
        return this;
    }

    /**
     * Loads the voice and has it say a word to nobody. Takes seconds; the caller closes the voice.
     *
     * @throws dev.duplexvoice.VoiceException if it cannot be used; as for {@link PiperVoice#open}
     */
    public SpeechSynthesizer open() {
        return VoiceLoading.kokoro(name, model, vocabulary, styles, language, threads, device, pronouncer);
    }
}
