package dev.duplexvoice.spi;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings detectors, voices, vocoders and resamplers; found by {@link java.util.ServiceLoader}. The constructor must be cheap:
 * nothing is loaded before something is opened. All methods are thread-safe.
 */
public interface VoiceProvider {

    /** The provider's name, such as {@code core-native}. */
    String name();

    /** Why this provider cannot be used here, as a sentence with the remedy; null if it can. */
    default @Nullable String unavailable() {
        return null;
    }

    /** Names of the detectors it opens, the preferred one first. */
    default List<String> detectors() {
        return List.of();
    }

    /** Names of the voices it opens, the preferred one first. */
    default List<String> voices() {
        return List.of();
    }

    /**
     * Opens a detector of {@link #detectors()}.
     *
     * @param model the file with its weights, or null for the embedded or installed one
     * @param sampleRate 16000, or 8000 if the model has it
     * @throws dev.duplexvoice.VoiceException if the model cannot be used; the message names the file and the remedy
     */
    default VoiceActivityDetector openDetector(String detector, @Nullable Path model, int sampleRate) {
        throw new IllegalArgumentException("detector=" + detector + ": " + name() + " has " + detectors());
    }

    /**
     * Whether {@link #openVoice} takes this name: those of {@link #voices()}, and others that no list can hold, such as the path of a
     * voice's file. Looks at the name only.
     */
    default boolean opens(String voice) {
        return voices().contains(voice);
    }

    /**
     * Opens a voice that it {@link #opens}.
     *
     * @throws dev.duplexvoice.VoiceException if the voice cannot be used
     */
    default SpeechSynthesizer openVoice(String voice) {
        throw new IllegalArgumentException("voice=" + voice + ": " + name() + " has " + voices());
    }

    /** Families of voice packs that it opens, {@code vits} for one. */
    default List<String> packFamilies() {
        return List.of();
    }

    /**
     * Opens the voice of a pack of one of its {@link #packFamilies()}.
     *
     * @throws dev.duplexvoice.VoiceException if the voice cannot be used; the message names the file and the remedy
     */
    default SpeechSynthesizer openPack(VoicePack pack) {
        throw new IllegalArgumentException("family=" + pack.family() + ": " + name() + " has " + packFamilies());
    }

    /** Languages that it has pronouncers for, as BCP 47 has them; told to whoever asks for another. */
    default List<String> pronouncerLanguages() {
        return List.of();
    }

    /**
     * Opens a pronouncer, or null if this provider has none for the language.
     *
     * @param language as BCP 47 has it; {@code en} and {@code en-us} mean what {@code en-US} does
     */
    default @Nullable Pronouncer openPronouncer(String language) {
        return null;
    }

    /**
     * Opens the second half of a voice, or returns null if this provider has none at all.
     *
     * @param model the file of the voice
     * @throws dev.duplexvoice.VoiceException if the model cannot be used; UNSUPPORTED for a network that this provider does not know,
     *     upon which others are asked; the message names the file and what is wrong
     */
    default @Nullable Vocoder openVocoder(Path model) {
        return null;
    }

    /** The same, on a device; on the CPU where that cannot be, which {@link Vocoder#problem()} tells. */
    default @Nullable Vocoder openVocoder(Path model, VocoderOptions options) {
        return openVocoder(model);
    }

    /** Makes a resampler, or null if this provider has none. */
    default @Nullable Resampler openResampler(int inputRate, int outputRate) {
        return null;
    }
}
