package dev.duplexvoice.grpc;

import dev.duplexvoice.grpc.registry.Capability;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a worker tells of a voice.
 *
 * @param id what a session asks for
 * @param family which kind of model it is
 * @param languages what it speaks, BCP 47; empty if that is not known
 * @param capabilities what it can do; a worker can do what one of its voices can
 * @param metadata whatever else there is to tell
 */
public record WorkerModel(
        String id, String family, List<String> languages, Set<Capability> capabilities, Map<String, String> metadata) {
    /** Takes copies. */
    public WorkerModel {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(family, "family");
        languages = List.copyOf(languages);
        EnumSet<Capability> copy = EnumSet.noneOf(Capability.class);
        copy.addAll(capabilities);
        capabilities = Collections.unmodifiableSet(copy);
        metadata = Map.copyOf(metadata);
    }
}
