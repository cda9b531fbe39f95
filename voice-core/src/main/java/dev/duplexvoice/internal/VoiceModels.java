package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.model.ModelLoader;
import dev.duplexvoice.model.ModelManager;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine's voices by name: loaded when a session needs one, shared by all that do, and kept as the manager's rules say. Each
 * session holds a lease of its own, so a voice that is spoken with stays.
 */
public final class VoiceModels implements AutoCloseable {
    private final Providers providers;
    private final VoiceTelemetry telemetry;
    private final @Nullable String named;
    private final boolean virtual;
    private final ModelManager<SpeechSynthesizer> manager;
    /** Those of sessions; of which none may be left when the engine is closed. */
    private final Set<ModelLease<SpeechSynthesizer>> leases = ConcurrentHashMap.newKeySet();

    /**
     * Loads nothing yet.
     *
     * @param named the default voice; null for the first that is installed
     * @param rules changes the manager's; what it sets of clock and observer does not count, nor the executor on a virtual clock
     */
    public VoiceModels(
            Providers providers,
            @Nullable String named,
            EngineClock clock,
            VoiceTelemetry telemetry,
            Consumer<ModelManager.Builder<SpeechSynthesizer>> rules) {
        this.providers = providers;
        this.telemetry = telemetry;
        this.named = named;
        this.virtual = clock instanceof VirtualClock;
        ModelManager.Builder<SpeechSynthesizer> builder =
                ModelManager.builder(ModelLoader.<SpeechSynthesizer>blocking(name -> told(providers, name, telemetry)));
        if (!virtual) {
            // To warm up is for callers who would wait.
            builder.warmUp(ModelWarmUp.speech());
        }
        rules.accept(builder);
        builder.clock(clock).observer(event -> telemetry.on(new ServiceEvent.ModelChanged(clock.nanoTime(), event)));
        if (virtual) {
            // Whoever opens a session cannot wait.
            builder.executor(new CallingThread());
        }
        manager = builder.build();
    }

    /** The manager, for stats, preloads and unloads. */
    public ModelManager<SpeechSynthesizer> manager() {
        return manager;
    }

    /**
     * The name of the default voice.
     *
     * @throws VoiceException with UNAVAILABLE if none is installed
     */
    public String defaultVoice() {
        return named == null ? providers.firstVoice() : named;
    }

    /**
     * A voice for a session, waiting for it to be loaded if need be.
     *
     * @param name null for the default
     * @param holder the session
     * @param workers give it back
     * @throws IllegalArgumentException if there is no such voice
     * @throws VoiceException if it cannot be had
     */
    public SessionVoice lease(@Nullable String name, String holder, Workers workers) {
        String id = name == null ? defaultVoice() : name;
        providers.requireVoice(id);
        ModelLease<SpeechSynthesizer> lease = virtual ? acquireNow(id, holder) : acquireBlocking(id, holder);
        leases.add(lease);
        // An audio loop may run it, which must not meet the manager's lock.
        return new SessionVoice(lease.model(), workers.handOver(() -> release(lease)));
    }

    /** A voice for the caller alone, who closes it. */
    public SpeechSynthesizer open(String name) {
        providers.requireVoice(name);
        return told(providers, name, telemetry);
    }

    private static SpeechSynthesizer told(Providers providers, String name, VoiceTelemetry telemetry) {
        SpeechSynthesizer voice = providers.voice(name);
        voice.telemetry(telemetry);
        return voice;
    }

    private ModelLease<SpeechSynthesizer> acquireBlocking(String id, String holder) {
        try {
            return manager.acquireBlocking(id, holder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VoiceException(
                    VoiceException.Code.INTERNAL, "voice=" + id + ": interrupted while it was being loaded", e);
        }
    }

    private ModelLease<SpeechSynthesizer> acquireNow(String id, String holder) {
        CompletableFuture<ModelLease<SpeechSynthesizer>> future = manager.acquire(id, holder);
        try {
            ModelLease<SpeechSynthesizer> lease = future.getNow(null);
            if (lease != null) {
                return lease;
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
        future.cancel(false);
        throw new VoiceException(
                VoiceException.Code.OVERLOADED,
                "voice=" + id
                        + ": there is no room for it, or it is being closed, and nothing moves a virtual clock meanwhile;"
                        + " close sessions, or give the engine's models more maxResident");
    }

    private void release(ModelLease<SpeechSynthesizer> lease) {
        leases.remove(lease);
        lease.close();
    }

    /** Closes the voices, those too that sessions did not give back; to be called when no session speaks any more. */
    @Override
    public void close() {
        for (ModelLease<SpeechSynthesizer> left : leases) {
            release(left);
        }
        manager.close();
    }
}
