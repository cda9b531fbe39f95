package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.grpc.registry.WorkerCapabilities;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session needs of a worker.
 *
 * @param sessionId whose speech it is; not blank
 * @param language a BCP 47 tag, kept in lower case; null for any
 * @param required what the worker must be able to do
 * @param model id of the model that will speak; workers that have it in memory are preferred. Null for none
 * @param excluded names of workers that must not be taken, because they have just failed this utterance
 */
public record RouteRequest(
        String sessionId,
        @Nullable String language,
        Set<Capability> required,
        @Nullable String model,
        Set<String> excluded) {
    /** @throws IllegalArgumentException if a text is blank */
    public RouteRequest {
        requireText("sessionId", sessionId);
        if (language != null) {
            requireText("language", language);
            language = WorkerCapabilities.languageTag(language);
        }
        if (model != null) {
            requireText("model", model);
        }
        required = Set.copyOf(required);
        excluded = Set.copyOf(excluded);
    }

    private static void requireText(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + "=" + value + ": must not be blank");
        }
    }

    /** Of a session that takes any worker. */
    public static RouteRequest of(String sessionId) {
        return new RouteRequest(sessionId, null, Set.of(), null, Set.of());
    }

    /** This in a language; null for any. */
    public RouteRequest withLanguage(@Nullable String value) {
        return new RouteRequest(sessionId, value, required, model, excluded);
    }

    /** This with needs. */
    public RouteRequest withRequired(Set<Capability> value) {
        return new RouteRequest(sessionId, language, value, model, excluded);
    }

    /** This with a model; null for none. */
    public RouteRequest withModel(@Nullable String value) {
        return new RouteRequest(sessionId, language, required, value, excluded);
    }

    /** This without some workers. */
    public RouteRequest withExcluded(Set<String> value) {
        return new RouteRequest(sessionId, language, required, model, value);
    }
}
