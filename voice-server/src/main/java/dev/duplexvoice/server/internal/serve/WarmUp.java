package dev.duplexvoice.server.internal.serve;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.server.config.ServerConfig;
import dev.duplexvoice.server.config.ServerKeys;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the detector and the voices that settings name into memory, so that nobody who is served has to wait for them. */
public final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private final VoiceEngine engine;
    private final ServerHealth health;
    private final List<String> voices;
    private final Thread thread;

    /**
     * Looks whether everything is there. A voice that no provider lists, such as a file, is opened, as nothing else tells whether it can be.
     *
     * @throws IllegalArgumentException if something is not; the message names the key
     */
    public WarmUp(VoiceEngine engine, ServerConfig config, ServerHealth health) {
        this.engine = engine;
        this.health = health;
        detector(config);
        List<String> preloaded = config.get(ServerKeys.PRELOAD);
        Set<String> named = new LinkedHashSet<>();
        named.add(told("models.voice", engine::defaultVoice));
        named.addAll(preloaded);
        voices = List.copyOf(named);
        int room = config.get(ServerKeys.MAX_RESIDENT);
        if (voices.size() > room) {
            throw new IllegalArgumentException("models.maxResident=" + room + ": is less than the " + voices.size()
                    + " voices of models.voice and models.preload; give it more, or preload less");
        }
        List<String> known = engine.voices();
        for (String voice : voices) {
            if (!known.contains(voice)) {
                told(preloaded.contains(voice) ? "models.preload" : "models.voice", () -> opened(voice));
            }
        }
        thread = new Thread(this::run, "voice-server-warm");
        thread.setDaemon(true);
    }

    private void detector(ServerConfig config) {
        String key = config.get(ServerKeys.DETECTOR_MODEL).isPresent() ? "models.detectorModel" : "models.detector";
        told(key, engine::detector);
    }

    /** What the library refuses is told with the key of the configuration. */
    private static <T> T told(String key, Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException | VoiceException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    /** Not by the manager of models, which would log what is told anyway. */
    private String opened(String voice) {
        try (SpeechSynthesizer once = engine.openVoice(voice)) {
            return once.voice();
        }
    }

    private void load(String voice) throws InterruptedException {
        try (ModelLease<SpeechSynthesizer> lease = engine.voiceModels().acquireBlocking(voice, "start")) {
            lease.model();
        }
    }

    /** Begins, on a thread of its own: who asks meanwhile is told that the server is not ready. */
    public void start() {
        thread.start();
    }

    private void run() {
        List<String> failed = new ArrayList<>();
        for (String voice : voices) {
            try {
                load(voice);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (thread.isInterrupted()) {
                    // The engine was closed meanwhile.
                    return;
                }
                failed.add(voice);
                LOG.atError()
                        .addKeyValue("voice", voice)
                        .setCause(e)
                        .log("A voice cannot be loaded, so the server does not become ready");
            }
        }
        if (failed.isEmpty()) {
            health.warm();
            LOG.atInfo().addKeyValue("voices", voices).log("Ready");
        } else {
            health.cold("cannot be loaded: " + String.join(", ", failed) + "; the log says why");
        }
    }

    /** Loads nothing more. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
