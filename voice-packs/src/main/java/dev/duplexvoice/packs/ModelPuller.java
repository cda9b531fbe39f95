package dev.duplexvoice.packs;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.time.EngineClock;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gets models of a catalogue and installs them as packs.
 *
 * <p>Files come into a folder {@code .pull} beside the packs; when all are there and their sizes and SHA-256 are right, they become a
 * pack with one move. So a pack is whole or not there, and a pull that ended early, whatever ended it, goes on at the byte where it
 * was: it is asked for with {@code Range}, and with {@code If-Range} so that a file that has changed meanwhile comes anew. Lost
 * connections, stalls and busy servers are tried again after growing pauses. The processes and threads that pull one model into one
 * folder wait for each other.
 *
 * <p>Thread-safe.
 */
public final class ModelPuller {
    /** Folders and what describes the pack take a little too. */
    private static final long ROOM_TO_SPARE = 1 << 20;

    private final PullOptions options;
    private final HttpSource source;

    private ModelPuller(Builder builder) {
        options = new PullOptions(
                builder.target,
                builder.offline,
                builder.mirror,
                builder.attempts,
                builder.stallTimeout,
                builder.listener,
                builder.clock,
                builder.sleeper,
                () -> ThreadLocalRandom.current().nextDouble(),
                builder.freeSpace);
        source = new HttpSource(
                new ProxyChoice(builder.proxy, builder.env), builder.connectTimeout, builder.stallTimeout);
    }

    /**
     * A builder.
     *
     * @param target the folder that packs are installed in; made if it is not there
     */
    public static Builder into(Path target) {
        return new Builder(target);
    }

    /**
     * Installs a model unless it is there, which is seen by reading its files. Blocks until it is done.
     *
     * @throws VoiceException if it cannot be had: {@link VoiceException.Code#UNAVAILABLE} offline, {@link VoiceException.Code#MODEL}
     *     if what is served is not what the catalogue means, {@link VoiceException.Code#NOT_FOUND} if it is not served,
     *     {@link VoiceException.Code#IO} else. The message says what is kept and what to do
     * @throws InterruptedException if the thread is interrupted while it waits; what arrived is kept
     */
    public PulledModel pull(CatalogEntry entry) throws InterruptedException {
        Path staging = options.target().resolve(".pull");
        try {
            PulledModel present = present(entry);
            if (present != null) {
                return present;
            }
            if (options.offline()) {
                throw new VoiceException(
                        VoiceException.Code.UNAVAILABLE,
                        entry.id() + " is not installed in " + options.target()
                                + ", and nothing is asked for offline; pull it once while not offline");
            }
            Files.createDirectories(staging);
            PullLock lock = PullLock.take(beside(staging, entry, ".lock"), options);
            try {
                present = present(entry); // by whoever had the lock
                return present != null ? present : pull(entry, staging);
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    options.target() + " cannot be written to: " + YamlFile.reason(e)
                            + "; make it writable or give another folder",
                    e);
        }
    }

    /** Something of a model that is not its folder. With a dot first, as no id has, so that it is no folder of another model either. */
    private static Path beside(Path staging, CatalogEntry entry, String end) {
        return staging.resolve("." + entry.id() + end);
    }

    private Path place(CatalogEntry entry) {
        return options.target().resolve(entry.description().family()).resolve(entry.id());
    }

    private @Nullable PulledModel present(CatalogEntry entry) throws IOException {
        InstalledPack pack = installed(entry);
        if (pack == null || !entry.matches(pack)) {
            return null;
        }
        for (PackFile file : pack.files()) {
            if (!Digests.sha256(pack.locate(file)).equals(file.sha256())) {
                return null;
            }
        }
        return new PulledModel(pack, false, isTrusting(entry));
    }

    private @Nullable InstalledPack installed(CatalogEntry entry) {
        Path folder = place(entry);
        return Files.isDirectory(folder)
                ? PackReader.read(folder, new Complaints(folder.resolve(PackReader.METADATA)))
                : null;
    }

    private static boolean isTrusting(CatalogEntry entry) {
        return entry.files().stream().anyMatch(file -> file.sha256() == null);
    }

    private PulledModel pull(CatalogEntry entry, Path staging) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(staging.resolve(entry.id()));
        requireRoom(entry, folder);
        List<PackFile> files = new ArrayList<>();
        for (CatalogFile file : entry.files()) {
            Files.createDirectories(folder.resolve(file.path()).getParent());
            String digest = new Download(options, source, file, folder).run();
            files.add(new PackFile(file.role(), file.path(), file.size(), digest));
        }
        MetadataWriter.write(folder, entry.description(), files);
        install(folder, place(entry), beside(staging, entry, ".old"));
        InstalledPack pack = installed(entry);
        if (pack == null) {
            throw new VoiceException(
                    VoiceException.Code.INTERNAL, place(entry) + " was installed and is no pack; pull it again");
        }
        return new PulledModel(pack, true, isTrusting(entry));
    }

    private void requireRoom(CatalogEntry entry, Path folder) throws IOException {
        long needed = ROOM_TO_SPARE;
        for (CatalogFile file : entry.files()) {
            Path there = folder.resolve(file.path());
            long have = Files.exists(there) ? Files.size(there) : new PartFile(there).size();
            needed += Math.max(0, file.size() - have);
        }
        long free = options.freeSpace().of(folder);
        if (free < needed) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    options.target() + ": the disk has room for " + free + " bytes, " + entry.id() + " needs " + needed
                            + " more; make room or give another folder");
        }
    }

    /** What is there goes aside first; whoever has it open goes on reading it. */
    private static void install(Path folder, Path place, Path old) throws IOException {
        Files.createDirectories(place.getParent());
        delete(old);
        boolean replaces = Files.exists(place);
        if (replaces) {
            move(place, old);
        }
        try {
            move(folder, place);
        } catch (IOException e) {
            if (replaces) {
                move(old, place);
            }
            throw e;
        }
        delete(old);
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(to + " is on another disk than " + from + ", it must be a folder of the same", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Collects how to pull; not thread-safe. */
    public static final class Builder {
        private final Path target;
        private Function<String, @Nullable String> env = System::getenv;
        private boolean offline;
        private @Nullable URI mirror;
        private @Nullable String proxy;
        private int attempts = 5;
        private Duration connectTimeout = Duration.ofSeconds(15);
        private Duration stallTimeout = Duration.ofSeconds(30);
        private PullListener listener = PullListener.SILENT;
        private EngineClock clock = EngineClock.system();
        private PullOptions.Sleeper sleeper = time -> Thread.sleep(time.toMillis());
        private PullOptions.FreeSpace freeSpace =
                folder -> Files.getFileStore(folder).getUsableSpace();

        private Builder(Path target) {
            this.target = target.toAbsolutePath().normalize();
        }

        /** Asks for nothing; only what is there already is found. */
        public Builder offline(boolean value) {
            offline = value;
            return this;
        }

        /**
         * Asks this server in place of all hosts that the catalogue names, for the same paths below its own.
         *
         * @throws IllegalArgumentException if it is no http or https address, or has a query
         */
        public Builder mirror(String url) {
            try {
                URI parsed = new URI(url);
                if (HttpSource.isWeb(parsed) && parsed.getRawQuery() == null && parsed.getRawFragment() == null) {
                    mirror = parsed;
                    return this;
                }
            } catch (URISyntaxException e) {
                // told below, as other kinds of address are
            }
            throw new IllegalArgumentException("mirror=" + Complaints.quote(url)
                    + ": must be an address such as https://mirror.example/models, its port, if any, 1 to 65535");
        }

        /**
         * The proxy, {@code http://[user:password@]host:port} or {@code socks5://host:port}. By default the one that
         * {@code HTTPS_PROXY}, {@code HTTP_PROXY} or {@code ALL_PROXY} names, else what the JVM was told. Hosts in {@code NO_PROXY}
         * are asked directly.
         */
        public Builder proxy(String value) {
            proxy = Objects.requireNonNull(value, "proxy");
            return this;
        }

        /** How many attempts in a row may fail, 1 to 100; 5 by default. One that brings 64 KiB counts as the first again. */
        public Builder attempts(int count) {
            if (count < 1 || count > 100) {
                throw new IllegalArgumentException("attempts=" + count + ": must be 1 to 100");
            }
            attempts = count;
            return this;
        }

        /** How long a server may take to accept a connection, 15 s by default. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = timeout("connectTimeout", value);
            return this;
        }

        /** How long a server may send nothing, or less than 1 KiB, before it counts as stalled; 30 s by default. */
        public Builder stallTimeout(Duration value) {
            stallTimeout = timeout("stallTimeout", value);
            return this;
        }

        private static Duration timeout(String name, Duration value) {
            if (value.toMillis() < 1 || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(name + "=" + value + ": must be from 1 ms to an hour");
            }
            return value;
        }

        /** Told how it goes. */
        public Builder listener(PullListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /** By which rates and stalls are measured; the system's by default. */
        public Builder clock(EngineClock value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        Builder env(Function<String, @Nullable String> value) {
            env = value;
            return this;
        }

        Builder sleeper(PullOptions.Sleeper value) {
            sleeper = value;
            return this;
        }

        Builder freeSpace(PullOptions.FreeSpace value) {
            freeSpace = value;
            return this;
        }

        /**
         * The puller.
         *
         * @throws IllegalArgumentException if the proxy is none
         */
        public ModelPuller build() {
            return new ModelPuller(this);
        }
    }
}
