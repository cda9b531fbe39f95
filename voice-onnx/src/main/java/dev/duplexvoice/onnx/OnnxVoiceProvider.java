package dev.duplexvoice.onnx;

import dev.duplexvoice.onnx.internal.VoiceLoading;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Neural voices. Opens a Piper voice by the path of its model, {@code voices/en_US-amy-medium.onnx}, or with a speaker's name or number
 * behind it, {@code voices/en_US-libritts-high.onnx#p3922}, and packs of the families {@code vits} and {@code kokoro}. {@link PiperVoice}
 * has more options.
 */
public final class OnnxVoiceProvider implements VoiceProvider {
    private static final String SUFFIX = ".onnx";

    /** A provider; loads nothing. */
    public OnnxVoiceProvider() {}

    @Override
    public String name() {
        return "onnx";
    }

    /** {@inheritDoc} Loads ONNX Runtime on the first call. */
    @Override
    public @Nullable String unavailable() {
        return VoiceLoading.problem();
    }

    @Override
    public boolean opens(String voice) {
        return voice.endsWith(SUFFIX) || voice.contains(SUFFIX + "#");
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        if (!opens(voice)) {
            throw new IllegalArgumentException("voice=" + voice + ": must be the path of a file that ends with .onnx");
        }
        int hash = voice.lastIndexOf(SUFFIX + "#");
        int end = hash < 0 ? voice.length() : hash + SUFFIX.length();
        try {
            return PiperVoice.of(Path.of(voice.substring(0, end)))
                    .speaker(hash < 0 ? "" : voice.substring(end + 1))
                    .open();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("voice=" + voice + ": is no path: " + e.getReason(), e);
        }
    }
}
