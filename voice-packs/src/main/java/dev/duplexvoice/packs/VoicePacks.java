package dev.duplexvoice.packs;

import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.packs.PackFolders.Root;
import dev.duplexvoice.spi.VoicePackSource;
import dev.duplexvoice.time.EngineClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packs that are installed: folders {@code <family>/<name>/} with a {@code metadata.yaml}.
 *
 * <p>It looks into the folders that the host gives; else into those of the system property {@code voice.packs}; else into those of
 * the environment variable {@code VOICE_PACKS}, both separated as paths are; else into {@code ./voicepacks} and
 * {@code $XDG_DATA_HOME/duplexvoice/voicepacks} ({@code ~/.local/share} where that is not set). Of two packs with one id that of the
 * earlier folder counts.
 *
 * <p>A pack that is not as it should be is left out, told by {@link #problems()} and logged once; the others go on. Packs that come,
 * change and go are noticed when somebody asks, at most one {@link Builder#pollInterval} later; whoever speaks with one that is gone
 * is not told and goes on. Sizes are checked each time, SHA-256 only by {@link #verify}, because a voice of
 * 60 MB takes a tenth of a second, and half of one while the JVM is cold.
 *
 * <p>Thread-safe. Asking reads the file system, so not from an audio loop.
 */
public final class VoicePacks implements VoicePackSource {
    private static final Logger LOG = LoggerFactory.getLogger(VoicePacks.class);

    private record Verified(FileStamp stamp, String sha256) {}

    private final List<Root> roots;
    private final EngineClock clock;
    private final long pollNanos;
    private final boolean logging;
    private final PackScan scan;
    private final Map<Path, Verified> digests = new HashMap<>();
    private PackScan.@Nullable Result last;
    private long lookedAt;
    private Set<PackProblem> told = Set.of();

    /** Those of the property, the environment or the default folders; what the service loader makes. */
    public VoicePacks() {
        this(builder());
    }

    private VoicePacks(Builder builder) {
        roots = builder.folders == null
                ? PackFolders.find(System::getProperty, System::getenv)
                : PackFolders.of(builder.folders);
        clock = builder.clock;
        pollNanos = builder.pollInterval.toNanos();
        logging = builder.logging;
        scan = new PackScan(roots);
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The folders that are looked into, whether they are there or not; absolute. */
    public List<Path> folders() {
        return roots.stream().map(Root::path).toList();
    }

    /** Where what is pulled belongs: the first folder that somebody named, else the user's own. */
    public Path target() {
        return PackFolders.target(roots);
    }

    /** The voices among {@link #installed()}. */
    @Override
    public List<VoicePack> packs() {
        return installed().stream()
                .filter(pack -> pack.description().kind() == PackKind.VOICE)
                .map(InstalledPack::voice)
                .toList();
    }

    /** All valid packs, in the order of folders, families and names. */
    public List<InstalledPack> installed() {
        return look().packs();
    }

    /** Why other folders are no packs; empty if all is well. */
    public List<PackProblem> problems() {
        return look().problems();
    }

    /** The pack of that id; null if there is none. */
    public @Nullable InstalledPack find(String id) {
        for (InstalledPack pack : installed()) {
            if (pack.id().equals(id)) {
                return pack;
            }
        }
        return null;
    }

    /** Makes the next call look again, however soon: for whoever has just installed something. */
    @Override
    public synchronized void refresh() {
        last = null;
    }

    private synchronized PackScan.Result look() {
        PackScan.Result result = last;
        long now = clock.nanoTime();
        if (result == null || now - lookedAt >= pollNanos) {
            result = scan.run();
            last = result;
            lookedAt = now;
            Set<PackProblem> current = new HashSet<>(result.problems());
            for (PackProblem problem : result.problems()) {
                if (logging && !told.contains(problem)) {
                    LOG.warn("voice pack left out: {}", problem);
                }
            }
            told = current;
        }
        return result;
    }

    /**
     * Reads every file of a pack and compares its SHA-256. What was read once and has not changed since, by size, time and
     * identity, is not read again by this object.
     */
    public List<FileCheck> verify(InstalledPack pack) {
        List<FileCheck> checks = new ArrayList<>();
        for (PackFile file : pack.files()) {
            checks.add(verify(pack, file));
        }
        return List.copyOf(checks);
    }

    private FileCheck verify(InstalledPack pack, PackFile file) {
        Path path = pack.locate(file);
        try {
            String found = digest(path);
            String problem = found.equals(file.sha256())
                    ? null
                    : path + ": sha256=" + found + ": must be " + file.sha256()
                            + "; the file is damaged or another one," + " pull the pack again";
            return new FileCheck(pack.id(), path, file.sha256(), found, problem);
        } catch (IOException e) {
            String problem = path + " cannot be read: " + YamlFile.reason(e) + "; pull the pack again";
            return new FileCheck(pack.id(), path, file.sha256(), null, problem);
        }
    }

    private String digest(Path path) throws IOException {
        FileStamp stamp = FileStamp.of(path);
        synchronized (digests) {
            Verified before = digests.get(path);
            if (before != null && before.stamp().equals(stamp)) {
                return before.sha256();
            }
        }
        String digest = Digests.sha256(path);
        if (stamp != null) {
            synchronized (digests) {
                digests.put(path, new Verified(stamp, digest));
            }
        }
        return digest;
    }

    /** Collects where and how often to look; not thread-safe. */
    public static final class Builder {
        private @Nullable List<Path> folders;
        private EngineClock clock = EngineClock.system();
        private Duration pollInterval = Duration.ofSeconds(1);
        private boolean logging = true;

        private Builder() {}

        /** These folders and no others, the first one first. */
        public Builder folders(List<Path> value) {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("folders=[]: give at least one");
            }
            folders = List.copyOf(value);
            return this;
        }

        /** By which {@link #pollInterval} counts; the system's by default. */
        public Builder clock(EngineClock value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /** For how long an answer is given again without a look into the folders; 1 s by default, zero looks each time. */
        public Builder pollInterval(Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("pollInterval=" + value + ": must be from 0 to a day");
            }
            pollInterval = value;
            return this;
        }

        /** Whether problems are logged; not for a host that shows {@link VoicePacks#problems} itself. */
        public Builder logging(boolean value) {
            logging = value;
            return this;
        }

        /** The packs. */
        public VoicePacks build() {
            return new VoicePacks(this);
        }
    }
}
