package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoicePackSource;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderOptions;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
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
    private final List<VoicePackSource> packSources;

    /** Those given, without voice packs. */
    public Providers(List<VoiceProvider> providers) {
        this(providers, List.of());
    }

    /** Those given. */
    public Providers(List<VoiceProvider> providers, List<VoicePackSource> packSources) {
        this.providers = List.copyOf(providers);
        this.packSources = List.copyOf(packSources);
        List<VoiceProvider> all = new ArrayList<>(providers);
        all.add(new BuiltInProvider());
        this.named = List.copyOf(all);
    }

    /** Those that the service loader finds. */
    public static Providers installed() {
        return of(null, null);
    }

    /**
     * Those given; where null is given, those that the service loader finds. A host that brings its own providers gets no packs that
     * it did not ask for.
     */
    public static Providers of(@Nullable List<VoiceProvider> providers, @Nullable List<VoicePackSource> packSources) {
        List<VoicePackSource> sources = packSources;
        if (sources == null) {
            sources = providers == null ? found(VoicePackSource.class) : List.of();
        }
        return new Providers(providers == null ? found(VoiceProvider.class) : providers, sources);
    }

    private static <T> List<T> found(Class<T> service) {
        List<T> found = new ArrayList<>();
        ServiceLoader.load(service, Providers.class.getClassLoader()).forEach(found::add);
        return found;
    }

    /** Names of all detectors. */
    public List<String> detectors() {
        return names(VoiceProvider::detectors);
    }

    /** Names of all voices, those of packs last. */
    public List<String> voices() {
        List<String> packs = packSources.stream()
                .flatMap(source -> source.packs().stream())
                .filter(pack -> opener(pack) != null)
                .map(VoicePack::id)
                .toList();
        return Stream.concat(names(VoiceProvider::voices).stream(), packs.stream())
                .distinct()
                .toList();
    }

    /** The packs that voices speak from: those that are opened, and not hidden by another voice of their name. */
    public List<VoicePack> packs() {
        Set<String> taken = new HashSet<>(names(VoiceProvider::voices));
        return packSources.stream()
                .flatMap(source -> source.packs().stream())
                .filter(pack -> opener(pack) != null && taken.add(pack.id()))
                .toList();
    }

    /** Has all sources look anew. */
    public void refreshPacks() {
        packSources.forEach(VoicePackSource::refresh);
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

    /**
     * Opens a voice that {@link #requireVoice} knows: of a provider, else of a pack, else whatever a provider opens by such a name.
     */
    public SpeechSynthesizer voice(String name) {
        if (names(VoiceProvider::voices).contains(name)) {
            return find("voice", name, VoiceProvider::voices).openVoice(name);
        }
        VoicePack pack = pack(name);
        if (pack != null) {
            return packOpener(pack).openPack(pack);
        }
        return namedOpener(name).openVoice(name);
    }

    /** The name of the first voice that is installed. */
    String firstVoice() {
        return find("voice", null, VoiceProvider::voices).voices().get(0);
    }

    /**
     * Opens nothing.
     *
     * @throws IllegalArgumentException if there is no such voice
     * @throws VoiceException with UNAVAILABLE if there is, but nothing that can open it here
     */
    void requireVoice(String name) {
        if (names(VoiceProvider::voices).contains(name)) {
            find("voice", name, VoiceProvider::voices);
            return;
        }
        VoicePack pack = pack(name);
        if (pack != null) {
            packOpener(pack);
        } else {
            namedOpener(name);
        }
    }

    private @Nullable VoicePack pack(String id) {
        return packSources.stream()
                .flatMap(source -> source.packs().stream())
                .filter(pack -> pack.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    private VoiceProvider packOpener(VoicePack pack) {
        VoiceProvider opener = opener(pack);
        if (opener == null) {
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    "voice=" + pack.id() + ": nothing installed opens a pack of the family " + pack.family()
                            + "; add the dependency that does");
        }
        return available(opener);
    }

    private VoiceProvider namedOpener(String name) {
        for (VoiceProvider provider : providers) {
            if (provider.opens(name)) {
                return available(provider);
            }
        }
        if (providers.stream()
                .allMatch(provider ->
                        provider.voices().isEmpty() && provider.packFamilies().isEmpty())) {
            throw noneInstalled("voice");
        }
        throw unknown("voice", name, voices());
    }

    private @Nullable VoiceProvider opener(VoicePack pack) {
        for (VoiceProvider provider : providers) {
            if (provider.packFamilies().contains(pack.family())) {
                return provider;
            }
        }
        return null;
    }

    /**
     * Opens a pronouncer.
     *
     * @param language as BCP 47 has it
     */
    public Pronouncer pronouncer(String language) {
        for (VoiceProvider provider : providers) {
            if (provider.unavailable() == null) {
                Pronouncer pronouncer = provider.openPronouncer(language);
                if (pronouncer != null) {
                    return pronouncer;
                }
            }
        }
        List<String> known = names(
                providers.stream().filter(p -> p.unavailable() == null).toList(), VoiceProvider::pronouncerLanguages);
        throw new VoiceException(
                VoiceException.Code.UNAVAILABLE,
                "language=" + language + ": there is no pronouncer for it"
                        + (known.isEmpty() ? "" : ", only for " + String.join(", ", known))
                        + "; give the voice a pronouncer of the host's own"
                        // More of what is there already would not help.
                        + (known.isEmpty() ? ", or " + MISSING : ""));
    }

    /**
     * That of the first provider which has one for a voice's file; null if none has any.
     *
     * @throws VoiceException of the first one that does not know such a network, if nobody does
     */
    public @Nullable Vocoder vocoder(Path model, VocoderOptions options) {
        VoiceException unknown = null;
        for (VoiceProvider provider : providers) {
            if (provider.unavailable() == null) {
                try {
                    Vocoder vocoder = provider.openVocoder(model, options);
                    if (vocoder != null) {
                        return vocoder;
                    }
                } catch (VoiceException e) {
                    if (e.code() != VoiceException.Code.UNSUPPORTED) {
                        throw e;
                    }
                    unknown = unknown == null ? e : unknown;
                }
            }
        }
        if (unknown != null) {
            throw unknown;
        }
        return null;
    }

    private static VoiceProvider available(VoiceProvider provider) {
        String unavailable = provider.unavailable();
        if (unavailable != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, unavailable);
        }
        return provider;
    }

    private static VoiceException noneInstalled(String kind) {
        return new VoiceException(VoiceException.Code.UNAVAILABLE, "no " + kind + " is installed: " + MISSING);
    }

    private static IllegalArgumentException unknown(String kind, String name, List<String> known) {
        return new IllegalArgumentException(kind + "=" + name + ": there is no such " + kind + "; use one of " + known);
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
            throw noneInstalled(kind);
        }
        throw unknown(kind, String.valueOf(name), names(names));
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
