package dev.duplexvoice.onnx;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.onnx.internal.DecoderWish;
import dev.duplexvoice.onnx.internal.VoiceLoading;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.VocoderOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Neural voices. Opens a Piper voice by the path of its model, {@code voices/en_US-amy-medium.onnx}, or with a speaker's name or number
 * behind it, {@code voices/en_US-libritts-high.onnx#p3922}, and packs of the families {@code vits} and {@code kokoro}. {@link PiperVoice}
 * and {@link KokoroVoice} have more options.
 */
public final class OnnxVoiceProvider implements VoiceProvider {
    private static final String SUFFIX = ".onnx";
    private static final String VITS = "vits";
    private static final String KOKORO = "kokoro";

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

    @Override
    public List<String> packFamilies() {
        return List.of(VITS, KOKORO);
    }

    /**
     * {@inheritDoc} A pack of the family {@code vits} has the files {@code model} and {@code config} and may have the setting
     * {@code speaker}, {@code decoder} ({@code auto}, {@code onnx}, {@code native} or {@code cuda}) and {@code streams} ({@link
     * PiperVoice#streams}); one of the family {@code kokoro} has {@code model}, {@code config} and {@code styles}. Both may have the
     * settings {@code threads} and {@code device} ({@code auto}, {@code cpu} or {@code cuda}).
     */
    @Override
    public SpeechSynthesizer openPack(VoicePack pack) {
        Path model = file(pack, "model");
        Path config = file(pack, "config");
        int threads = threads(pack);
        OnnxDevice device = device(pack);
        SpeechSynthesizer voice;
        switch (pack.family()) {
            case VITS ->
                voice = PiperVoice.of(model)
                        .name(pack.id())
                        .config(config)
                        .speaker(pack.settings().getOrDefault("speaker", ""))
                        .threads(threads)
                        .device(device)
                        .decoder(decoder(pack))
                        .streams(streams(pack))
                        .open();
            case KOKORO ->
                voice = KokoroVoice.of(model, config, file(pack, "styles"))
                        .name(pack.id())
                        .language(
                                pack.languages().isEmpty()
                                        ? "en-US"
                                        : pack.languages().get(0))
                        .threads(threads)
                        .device(device)
                        .open();
            default ->
                throw new IllegalArgumentException(
                        "family=" + pack.family() + ": " + name() + " has " + packFamilies());
        }
        if (voice.sampleRate() != pack.sampleRate()) {
            int rate = voice.sampleRate();
            voice.close();
            throw wrong(pack, "sample_rate=" + pack.sampleRate() + " is wrong, its model speaks at " + rate);
        }
        return voice;
    }

    private static Path file(VoicePack pack, String role) {
        Path file = pack.files().get(role);
        if (file == null) {
            throw wrong(
                    pack,
                    "has no file " + role + "; put it there and list it with role: " + role + " in metadata.yaml");
        }
        return file;
    }

    private static int threads(VoicePack pack) {
        String value = pack.settings().getOrDefault("threads", "1");
        try {
            return PiperVoice.requireThreads(Integer.parseInt(value));
        } catch (IllegalArgumentException e) {
            throw wrong(pack, "threads=" + value + " must be a whole number from 1 to 256");
        }
    }

    private static int streams(VoicePack pack) {
        String value = pack.settings().get("streams");
        if (value == null) {
            return DecoderWish.STREAMS;
        }
        try {
            return PiperVoice.requireStreams(Integer.parseInt(value));
        } catch (IllegalArgumentException e) {
            throw wrong(pack, "streams=" + value + " must be a whole number from 1 to " + VocoderOptions.MAX_STREAMS);
        }
    }

    private static OnnxDevice device(VoicePack pack) {
        String value = pack.settings().getOrDefault("device", "auto");
        for (OnnxDevice device : OnnxDevice.values()) {
            if (device.name().toLowerCase(Locale.ROOT).equals(value)) {
                return device;
            }
        }
        throw wrong(pack, "device=" + value + " must be auto, cpu or cuda");
    }

    private static OnnxDecoder decoder(VoicePack pack) {
        String value = pack.settings().getOrDefault("decoder", "auto");
        for (OnnxDecoder decoder : OnnxDecoder.values()) {
            if (decoder.name().toLowerCase(Locale.ROOT).equals(value)) {
                return decoder;
            }
        }
        throw wrong(pack, "decoder=" + value + " must be auto, onnx, native or cuda");
    }

    private static VoiceException wrong(VoicePack pack, String what) {
        return new VoiceException(
                VoiceException.Code.MODEL, "voice pack " + pack.id() + " (" + pack.folder() + "): " + what);
    }
}
