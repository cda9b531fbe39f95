package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.WorkerModel;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.model.ModelManager;
import dev.duplexvoice.model.ModelState;
import dev.duplexvoice.model.ModelStatus;
import dev.duplexvoice.model.UnloadPolicy;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The voices of a worker: those of its engine, and those that LoadModel keeps in memory. Thread-safe. */
public final class WorkerModels implements AutoCloseable {
    private static final String KEEPER = "LoadModel";

    private final VoiceEngine engine;
    private final ModelManager<SpeechSynthesizer> manager;
    private final Function<String, WorkerModel> describe;
    private final Map<String, CompletableFuture<ModelLease<SpeechSynthesizer>>> kept = new ConcurrentHashMap<>();

    /** Loads nothing. */
    public WorkerModels(VoiceEngine engine, Function<String, WorkerModel> describe) {
        this.engine = engine;
        this.manager = engine.voiceModels();
        this.describe = describe;
    }

    /** Names of the voices in memory. */
    public List<String> resident() {
        return manager.stats().models().stream()
                .filter(model -> model.state() == ModelState.READY || model.state() == ModelState.DRAINING)
                .map(ModelStatus::id)
                .distinct()
                .toList();
    }

    /** What they speak, of all voices. */
    public Set<String> languages() {
        Set<String> languages = new LinkedHashSet<>();
        for (String voice : engine.voices()) {
            languages.addAll(describe.apply(voice).languages());
        }
        return languages;
    }

    /** What at least one voice can do. */
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (String voice : engine.voices()) {
            capabilities.addAll(describe.apply(voice).capabilities());
        }
        return capabilities;
    }

    /**
     * The id of a voice that may be asked for from outside: one that is listed. A path, which an engine may open as well, is not.
     *
     * @param id empty for the default
     */
    String require(String id) {
        if (id.isEmpty()) {
            return engine.defaultVoice();
        }
        List<String> voices = engine.voices();
        if (!voices.contains(id)) {
            throw Status.NOT_FOUND
                    .withDescription("model_id=" + Refusal.shown(id) + ": this worker has " + voices)
                    .asRuntimeException();
        }
        return id;
    }

    CompletableFuture<ModelLease<SpeechSynthesizer>> lease(String id, String session) {
        return manager.acquire(id, "session " + Refusal.shown(session));
    }

    /** Loads a voice and keeps it until {@link #unload}. */
    CompletionStage<?> load(String id) {
        CompletableFuture<ModelLease<SpeechSynthesizer>> lease =
                kept.computeIfAbsent(id, model -> manager.acquire(model, KEEPER));
        dropIfFailed(id, lease);
        return lease.minimalCompletionStage();
    }

    private void dropIfFailed(String id, CompletableFuture<ModelLease<SpeechSynthesizer>> lease) {
        lease.whenComplete((given, failure) -> {
            if (failure != null) {
                kept.remove(id, lease);
            }
        });
    }

    CompletionStage<?> preload(String id) {
        return manager.preload(List.of(id));
    }

    /** True if the voice was in memory and is gone; exceptionally if sessions speak with it, and then LoadModel keeps it as before. */
    CompletionStage<Boolean> unload(String id) {
        CompletableFuture<ModelLease<SpeechSynthesizer>> keeping = kept.remove(id);
        giveBack(keeping);
        CompletionStage<Boolean> unloading = manager.unload(id, UnloadPolicy.REFUSE);
        if (keeping == null) {
            return unloading;
        }
        // Those in whose favour it is refused hold the voice, so it is still there to be kept.
        return unloading.whenComplete((gone, failure) -> {
            if (failure != null) {
                load(id);
            }
        });
    }

    /**
     * Has a voice in memory loaded anew, for sessions to come; those that speak with it go on with what they have.
     *
     * @return true when it is; false if it was not in memory
     */
    CompletableFuture<Boolean> reload(String id) {
        return manager.reload(id)
                .thenApply(loaded -> {
                    if (loaded) {
                        keepNewest(id);
                    }
                    return loaded;
                })
                .toCompletableFuture();
    }

    private void keepNewest(String id) {
        CompletableFuture<ModelLease<SpeechSynthesizer>> old = kept.get(id);
        if (old == null) {
            return;
        }
        CompletableFuture<ModelLease<SpeechSynthesizer>> lease = manager.acquire(id, KEEPER);
        if (kept.replace(id, old, lease)) {
            // Not cancelled: whoever called LoadModel is to be answered.
            old.thenAccept(ModelLease::close);
            dropIfFailed(id, lease);
        } else {
            giveBack(lease);
        }
    }

    /** Has a voice go that is none any more, with the last session that speaks with it. */
    void letGo(String id) {
        giveBack(kept.remove(id));
        manager.unload(id, UnloadPolicy.WAIT_FOR_LEASES);
    }

    private static void giveBack(@Nullable CompletableFuture<ModelLease<SpeechSynthesizer>> lease) {
        if (lease != null && !lease.cancel(false)) {
            lease.thenAccept(ModelLease::close);
        }
    }

    /** All voices, with what the manager knows of them. */
    List<Listed> list() {
        List<Listed> listed = new ArrayList<>();
        List<ModelStatus> known = manager.stats().models();
        for (String voice : engine.voices()) {
            ModelStatus status = null;
            for (ModelStatus model : known) {
                if (status == null && model.id().equals(voice)) {
                    // The first is the one that new sessions get.
                    status = model;
                }
            }
            listed.add(new Listed(describe.apply(voice), status));
        }
        return listed;
    }

    /** A voice; no status if nobody has asked for it. */
    record Listed(WorkerModel model, @Nullable ModelStatus status) {}

    /** Gives back what LoadModel keeps. */
    @Override
    public void close() {
        for (String id : List.copyOf(kept.keySet())) {
            giveBack(kept.remove(id));
        }
    }
}
