package dev.duplexvoice.packs;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Brings one file into a folder: with as many attempts as it takes, from where the last one ended, and checked at the end. */
final class Download {
    /** Who gets so far may try for ever; who gets less each time is counted. */
    private static final long ENOUGH = 1 << 16;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** A server that wants more than this is told of, not waited for. */
    private static final Duration LONGEST_WISH = Duration.ofMinutes(2);

    private final PullOptions options;
    private final Transfer transfer;
    private final CatalogFile file;
    private final PartFile part;

    Download(PullOptions options, HttpSource source, CatalogFile file, Path folder) {
        this.options = options;
        this.file = file;
        this.part = new PartFile(folder.resolve(file.path()));
        this.transfer = new Transfer(options, source, file, part);
    }

    /**
     * Leaves the file in its place.
     *
     * @return its SHA-256
     * @throws VoiceException if it cannot be had; what arrived is kept unless it was wrong
     */
    String run() throws InterruptedException {
        try {
            if (Files.exists(part.file())) { // of an earlier run, which failed at a later file
                String digest = Digests.sha256(part.file());
                if (Files.size(part.file()) == file.size() && isRight(digest)) {
                    return digest;
                }
                Files.delete(part.file());
            }
            boolean continued = part.size() > 0;
            started();
            fetch();
            String digest = Digests.sha256(part.path());
            if (!isRight(digest) && continued) {
                // What was there may have been of another version, or damaged; the whole must not suffer from it.
                part.delete();
                started();
                fetch();
                digest = Digests.sha256(part.path());
            }
            if (!isRight(digest)) {
                part.delete();
                throw new VoiceException(
                        VoiceException.Code.MODEL,
                        file.path() + ": sha256=" + digest + ": must be " + file.sha256() + "; "
                                + options.locate(file.url())
                                + " gives another file than the catalogue means, nothing of it was kept; try a mirror, or a"
                                + " catalogue of your own with the new digest if the maker changed the file");
            }
            Files.move(part.path(), part.file(), StandardCopyOption.ATOMIC_MOVE);
            part.delete();
            options.listener().finished(file, digest);
            return digest;
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, part.file() + " cannot be written: " + YamlFile.reason(e), e);
        }
    }

    private void started() throws IOException {
        options.listener().started(file, options.locate(file.url()), part.size());
    }

    private boolean isRight(String digest) {
        return file.sha256() == null || file.sha256().equals(digest);
    }

    private void fetch() throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            long before = part.size();
            try {
                transfer.run();
                return;
            } catch (Transient e) {
                failures = part.size() - before >= ENOUGH ? 1 : failures + 1;
                if (failures >= options.attempts()) {
                    throw new VoiceException(
                            VoiceException.Code.IO,
                            options.locate(file.url()) + ": " + e.getMessage() + ", " + failures + " times in a row; "
                                    + part.size() + " of " + file.size()
                                    + " bytes are kept, run it again later to go on",
                            e);
                }
                Duration pause = pause(failures, e);
                options.listener().retry(file, String.valueOf(e.getMessage()), pause);
                options.sleeper().sleep(pause);
            }
        }
    }

    /** Doubled each time, and somewhere in its upper half, so that many who were cut off together do not come back together. */
    private Duration pause(int failures, Transient e) {
        Duration wish = e.retryAfter();
        if (wish != null && wish.compareTo(LONGEST_WISH) > 0) {
            throw new VoiceException(
                    VoiceException.Code.OVERLOADED,
                    options.locate(file.url()) + ": " + e.getMessage() + " and wants " + wish.toSeconds()
                            + " s of peace; run it again after that, what arrived is kept");
        }
        long most = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10));
        Duration own =
                Duration.ofMillis(Math.round(most * (0.5 + options.random().getAsDouble() / 2)));
        return wish != null && wish.compareTo(own) > 0 ? wish : own;
    }
}
