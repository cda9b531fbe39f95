package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The providers found or given, asked in order. What is built in is found by its name only: it must not take the place of a
 * detector that was forgotten or does not load.
 */
public final class Providers {
    private static final String MISSING =
            "add the dependencies dev.duplexvoice:voice-native and its classifier for this"
                    + " platform, dev.duplexvoice:voice-native:linux-x86_64";

    private final List<VoiceProvider> providers;
    private final List<VoiceProvider> named;

    /** Those given. */
    public Providers(List<VoiceProvider> providers) {
        this.providers = List.copyOf(providers);
        List<VoiceProvider> all = new ArrayList<>(providers);
        all.add(new BuiltInProvider());
        this.named = List.copyOf(all);
    }

    /** Those that the service loader finds. */
    public static Providers installed() {
        List<VoiceProvider> found = new ArrayList<>();
        ServiceLoader.load(VoiceProvider.class, Providers.class.getClassLoader())
                .forEach(found::add);
        return new Providers(found);
    }

    /** Names of all detectors. */
    public List<String> detectors() {
        return names(VoiceProvider::detectors);
    }

    /** Names of all voices. */
    public List<String> voices() {
        return names(VoiceProvider::voices);
    }

    private List<String> names(Function<VoiceProvider, List<String>> kind) {
        return names(named, kind);
    }

    private static List<String> names(List<VoiceProvider> of, Function<VoiceProvider, List<String>> kind) {
        return of.stream().flatMap(p -> kind.apply(p).stream()).distinct().toList();
    }

    /** Opens a detector; null as name means the first there is. */
    public VoiceActivityDetector detector(@Nullable String name, @Nullable Path model, int sampleRate) {
        VoiceProvider provider = find("detector", name, VoiceProvider::detectors);
        return provider.openDetector(name == null ? provider.detectors().get(0) : name, model, sampleRate);
    }

    /** Opens a voice; null as name means the first there is. */
    public SpeechSynthesizer voice(@Nullable String name) {
        VoiceProvider provider = find("voice", name, VoiceProvider::voices);
        return provider.openVoice(name == null ? provider.voices().get(0) : name);
    }

    private VoiceProvider find(String kind, @Nullable String name, Function<VoiceProvider, List<String>> names) {
        String unavailable = null;
        for (VoiceProvider provider : name == null ? providers : named) {
            List<String> has = names.apply(provider);
            if (name == null ? !has.isEmpty() : has.contains(name)) {
                unavailable = provider.unavailable();
                if (unavailable == null) {
                    return provider;
                }
            }
        }
        if (unavailable != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, unavailable);
        }
        if (names(providers, names).isEmpty()) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, "no " + kind + " is installed: " + MISSING);
        }
        throw new IllegalArgumentException(
                kind + "=" + name + ": there is no such " + kind + "; use one of " + names(names));
    }

    /** Makes a resampler; null if the rates are equal. */
    public @Nullable Resampler resampler(int inputRate, int outputRate) {
        if (inputRate == outputRate) {
            return null;
        }
        for (VoiceProvider provider : providers) {
            if (provider.unavailable() == null) {
                Resampler resampler = provider.openResampler(inputRate, outputRate);
                if (resampler != null) {
                    return resampler;
                }
            }
        }
        throw new VoiceException(
                VoiceException.Code.UNAVAILABLE,
                "no resampler from " + inputRate + " to " + outputRate + " Hz is installed: " + MISSING);
    }
}
