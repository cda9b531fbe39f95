package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A remote voice for each worker that was spoken with, as long as the registry knows it. Thread-safe; nothing waits. */
final class WorkerVoices implements AutoCloseable {
    private record Key(String name, WorkerAddress address) {
        static Key of(WorkerInfo worker) {
            return new Key(worker.name(), worker.address());
        }
    }

    private final Function<WorkerInfo, SpeechSynthesizer> connect;
    private final WorkerRegistry.Listening listening;
    private final Map<Key, SpeechSynthesizer> voices = new HashMap<>();
    private boolean closed;

    WorkerVoices(WorkerRegistry registry, Function<WorkerInfo, SpeechSynthesizer> connect) {
        this.connect = connect;
        listening = registry.onChange(this::keep);
    }

    /**
     * Begins to speak.
     *
     * @throws RuntimeException whatever the worker's voice throws; IllegalStateException if this is closed
     */
    SynthesisStream start(WorkerInfo worker, SynthesisRequest request, Runnable readable) {
        SpeechSynthesizer voice = of(worker);
        try {
            return voice.start(request, readable);
        } catch (IllegalStateException e) {
            // The registry has just dropped it, or this was closed.
            SpeechSynthesizer now = of(worker);
            if (now == voice) {
                throw e;
            }
            return now.start(request, readable);
        }
    }

    private SpeechSynthesizer of(WorkerInfo worker) {
        synchronized (voices) {
            if (closed) {
                throw new IllegalStateException("the routed voice is closed");
            }
            return voices.computeIfAbsent(Key.of(worker), key -> connect.apply(worker));
        }
    }

    /** Those of other workers finish what they speak. */
    private void keep(List<WorkerInfo> workers) {
        Set<Key> known = new HashSet<>();
        workers.forEach(worker -> known.add(Key.of(worker)));
        List<SpeechSynthesizer> gone = new ArrayList<>();
        synchronized (voices) {
            voices.entrySet().removeIf(entry -> {
                boolean isGone = !known.contains(entry.getKey());
                if (isGone) {
                    gone.add(entry.getValue());
                }
                return isGone;
            });
        }
        gone.forEach(SpeechSynthesizer::close);
    }

    /** Workers that there is a voice for. */
    int size() {
        synchronized (voices) {
            return voices.size();
        }
    }

    @Override
    public void close() {
        listening.close();
        List<SpeechSynthesizer> all;
        synchronized (voices) {
            closed = true;
            all = List.copyOf(voices.values());
            voices.clear();
        }
        all.forEach(SpeechSynthesizer::close);
    }
}
