package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.grpc.WorkerModel;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoicePackSource;
import dev.duplexvoice.spi.VoiceProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;

/** What is known of voices that are installed: of packs what they say, of others the provider that brings them. */
public final class InstalledModels implements Function<String, WorkerModel> {
    private static final String UNKNOWN = "unknown";

    private final List<VoiceProvider> providers = ServiceLoader.load(VoiceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    private final List<VoicePackSource> sources = ServiceLoader.load(VoicePackSource.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    private final List<String> languages;

    /** @param languages of voices that do not say theirs */
    public InstalledModels(List<String> languages) {
        this.languages = List.copyOf(languages);
    }

    @Override
    public WorkerModel apply(String id) {
        for (VoiceProvider provider : providers) {
            if (provider.voices().contains(id)) {
                return new WorkerModel(id, provider.name(), languages, Map.of());
            }
        }
        for (VoicePackSource source : sources) {
            for (VoicePack pack : source.packs()) {
                if (pack.id().equals(id)) {
                    return new WorkerModel(
                            id,
                            pack.family(),
                            pack.languages(),
                            Map.of(
                                    "licence", pack.licence(),
                                    "sample_rate", Integer.toString(pack.sampleRate()),
                                    "capabilities", String.join(",", pack.capabilities())));
                }
            }
        }
        return new WorkerModel(id, UNKNOWN, languages, Map.of());
    }
}
