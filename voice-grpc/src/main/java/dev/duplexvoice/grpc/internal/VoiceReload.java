package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.model.VoicePack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What RELOAD does with voices: finds those that have come and gone, and has what was replaced on disk loaded anew, for sessions to come.
 * A session that speaks goes on with the voice that it has. Thread-safe.
 */
public final class VoiceReload {
    /** Until RELOAD answers; a voice without room for two is loaded anew when it is free, which may take forever. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** What a voice is made of; nothing that could be replaced where it is of no pack. */
    private record Stamp(@Nullable VoicePack pack, List<FileStamp> files) {
        static final Stamp FIXED = new Stamp(null, List.of());

        static Stamp of(VoicePack pack) {
            return new Stamp(
                    pack,
                    pack.files().values().stream().sorted().map(FileStamp::of).toList());
        }
    }

    private final VoiceEngine engine;
    private final WorkerModels models;
    /** Those that could not be loaded anew, which the next RELOAD tries again. */
    private final Set<String> notLoaded = ConcurrentHashMap.newKeySet();

    private Map<String, Stamp> seen;

    /** Looks at what is there now, by which it will know what was replaced. */
    public VoiceReload(VoiceEngine engine, WorkerModels models) {
        this.engine = engine;
        this.models = models;
        seen = look();
    }

    private Map<String, Stamp> look() {
        Map<String, Stamp> found = new LinkedHashMap<>();
        for (String voice : engine.voices()) {
            found.put(voice, Stamp.FIXED);
        }
        for (VoicePack pack : engine.voicePacks()) {
            found.put(pack.id(), Stamp.of(pack));
        }
        return found;
    }

    /** Looks anew, and waits a little for what is to be loaded; returns what it found and did, for people. */
    synchronized String run() {
        engine.refreshVoicePacks();
        Map<String, Stamp> before = seen;
        Map<String, Stamp> now = look();
        seen = now;
        Set<String> gone = new LinkedHashSet<>(before.keySet());
        gone.removeAll(now.keySet());
        gone.forEach(models::letGo);
        List<String> come = new ArrayList<>();
        Map<String, CompletableFuture<Boolean>> replaced = new LinkedHashMap<>();
        now.forEach((voice, stamp) -> {
            Stamp was = before.get(voice);
            if (was == null) {
                come.add(voice);
                // Sessions may still speak with one of that name that went before.
                reload(voice);
            } else if (!stamp.equals(was) || notLoaded.contains(voice)) {
                notLoaded.remove(voice);
                replaced.put(voice, reload(voice));
            }
        });
        await(replaced.values());
        List<String> outcomes = new ArrayList<>();
        replaced.forEach((voice, loading) -> outcomes.add(voice + " (" + outcome(loading) + ")"));
        return now.size() + " voices" + told("new", come) + told("gone", gone) + told("replaced", outcomes);
    }

    private CompletableFuture<Boolean> reload(String voice) {
        CompletableFuture<Boolean> loading = models.reload(voice);
        return loading.whenComplete((loaded, failure) -> {
            if (failure != null) {
                notLoaded.add(voice);
            }
        });
    }

    private static void await(Collection<CompletableFuture<Boolean>> loads) {
        try {
            CompletableFuture.allOf(loads.toArray(CompletableFuture<?>[]::new))
                    .get(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Each says for itself what became of it.
        }
    }

    private static String outcome(CompletableFuture<Boolean> loading) {
        try {
            Boolean loaded = loading.getNow(null);
            if (loaded == null) {
                return "not loaded anew yet: sessions get the old one until it is";
            }
            return loaded ? "loaded anew" : "was not in memory";
        } catch (CompletionException e) {
            return "stays the old one: " + (e.getCause() == null ? e : e.getCause()).getMessage();
        }
    }

    private static String told(String what, Iterable<String> voices) {
        String list = String.join(", ", voices);
        return list.isEmpty() ? "" : ", " + what + ": " + list;
    }
}
