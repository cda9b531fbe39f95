package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.model.VoicePack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What RELOAD does with voices: finds those that have come and gone, and has what was replaced on disk loaded anew. A voice that somebody
 * speaks with goes on as it is, for new sessions too, and is loaded anew when it is free: there is room for one model of a name, and
 * whoever wanted the new one would have to wait for the last session of the old. Thread-safe.
 */
public final class VoiceReload {
    private static final Logger LOG = LoggerFactory.getLogger(VoiceReload.class);

    /** A file as it was; a file that is not there is no less than one that is. */
    private record FileStamp(
            Path path,
            long size,
            @Nullable FileTime modified,
            @Nullable Object key) {
        static FileStamp of(Path path) {
            try {
                BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
                return new FileStamp(path, found.size(), found.lastModifiedTime(), found.fileKey());
            } catch (IOException e) {
                return new FileStamp(path, -1, null, null);
            }
        }
    }

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
    private final Set<String> replacedInUse = ConcurrentHashMap.newKeySet();
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

    /** Looks anew; returns what it found and did, for people. Blocks while it looks. */
    synchronized String run() {
        engine.refreshVoicePacks();
        Map<String, Stamp> before = seen;
        Map<String, Stamp> now = look();
        seen = now;
        Set<String> come = new LinkedHashSet<>(now.keySet());
        come.removeAll(before.keySet());
        Set<String> gone = new LinkedHashSet<>(before.keySet());
        gone.removeAll(now.keySet());
        List<String> replaced = new ArrayList<>();
        now.forEach((voice, stamp) -> {
            if (before.containsKey(voice) && !stamp.equals(before.get(voice))) {
                replaced.add(voice
                        + switch (replace(voice)) {
                            case NOT_LOADED -> " (was not in memory)";
                            case NOW -> " (loaded anew)";
                            case IN_USE -> " (in use: loaded anew when its sessions have ended)";
                        });
            }
        });
        gone.forEach(this::replace);
        return now.size() + " voices" + told("new", come) + told("gone", gone) + told("replaced", replaced);
    }

    private static String told(String what, Iterable<String> voices) {
        String list = String.join(", ", voices);
        return list.isEmpty() ? "" : ", " + what + ": " + list;
    }

    private WorkerModels.Replacing replace(String voice) {
        WorkerModels.Replacing replacing = models.replace(voice);
        if (replacing == WorkerModels.Replacing.IN_USE) {
            replacedInUse.add(voice);
        } else {
            replacedInUse.remove(voice);
        }
        return replacing;
    }

    /** Has voices go that were replaced while they were in use, and are not any more. Does not block. */
    public void sweep() {
        for (String voice : replacedInUse) {
            try {
                if (replace(voice) != WorkerModels.Replacing.IN_USE) {
                    LOG.atInfo()
                            .addKeyValue("model_id", voice)
                            .log("A voice that was replaced is free: it is loaded anew");
                }
            } catch (RuntimeException e) {
                // Of an engine that is closed: there is nothing to replace.
                replacedInUse.remove(voice);
                LOG.atDebug().addKeyValue("model_id", voice).setCause(e).log("A voice could not be replaced");
            }
        }
    }
}
