package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.WorkerModel;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoiceProvider;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;

/** What is known of an engine's voices: of packs what they say, of others the provider that brings them. */
public final class InstalledModels implements Function<String, WorkerModel> {
    private static final String UNKNOWN = "unknown";
    /** What a pack says that speaks with a GPU only. */
    private static final String GPU = "gpu";
    /** Of voices that say nothing. */
    private static final Set<Capability> USUAL = EnumSet.of(Capability.STREAMING, Capability.CPU_OK);

    private final VoiceEngine engine;
    private final List<VoiceProvider> providers = ServiceLoader.load(VoiceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    private final List<String> languages;

    /** @param languages of voices that do not say theirs */
    public InstalledModels(VoiceEngine engine, List<String> languages) {
        this.engine = engine;
        this.languages = List.copyOf(languages);
    }

    @Override
    public WorkerModel apply(String id) {
        for (VoicePack pack : engine.voicePacks()) {
            if (pack.id().equals(id)) {
                return new WorkerModel(
                        id,
                        pack.family(),
                        pack.languages(),
                        capabilities(pack.capabilities()),
                        Map.of(
                                "licence", pack.licence(),
                                "sample_rate", Integer.toString(pack.sampleRate()),
                                "capabilities", String.join(",", pack.capabilities())));
            }
        }
        for (VoiceProvider provider : providers) {
            if (provider.voices().contains(id)) {
                return new WorkerModel(id, provider.name(), languages, USUAL, Map.of());
            }
        }
        return new WorkerModel(id, UNKNOWN, languages, USUAL, Map.of());
    }

    /** Of the words of a pack those that routers know; the list may be left out, which says that there is nothing special. */
    private static Set<Capability> capabilities(Set<String> words) {
        if (words.isEmpty()) {
            return USUAL;
        }
        Set<Capability> capabilities = EnumSet.of(Capability.CPU_OK);
        for (String word : words) {
            String label = word.toLowerCase(Locale.ROOT).replace('-', '_');
            if (label.equals(GPU)) {
                capabilities.remove(Capability.CPU_OK);
            }
            for (Capability capability : Capability.values()) {
                if (capability.label().equals(label)) {
                    capabilities.add(capability);
                }
            }
        }
        return capabilities;
    }
}
