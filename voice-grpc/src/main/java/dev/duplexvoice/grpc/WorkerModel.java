package dev.duplexvoice.grpc;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a worker tells of a voice.
 *
 * @param id what a session asks for
 * @param family which kind of model it is
 * @param languages what it speaks, BCP 47; empty if that is not known
 * @param metadata whatever else there is to tell
 */
public record WorkerModel(String id, String family, List<String> languages, Map<String, String> metadata) {
    /** Takes copies. */
    public WorkerModel {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(family, "family");
        languages = List.copyOf(languages);
        metadata = Map.copyOf(metadata);
    }
}
