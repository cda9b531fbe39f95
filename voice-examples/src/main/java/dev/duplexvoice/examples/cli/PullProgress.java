package dev.duplexvoice.examples.cli;

import dev.duplexvoice.packs.CatalogFile;
import dev.duplexvoice.packs.PullListener;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Tells on stderr how a pull goes, a line every two seconds. */
final class PullProgress implements PullListener {
    private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final PrintWriter err;
    private long told;

    PullProgress(PrintWriter err) {
        this.err = err;
    }

    private void say(String format, Object... values) {
        err.println("voice: " + String.format(Locale.ROOT, format, values));
    }

    @Override
    public void started(CatalogFile file, URI from, long have) {
        told = System.nanoTime();
        String rest = have == 0 ? "" : ", goes on at byte " + have;
        say("%s: %s from %s%s", file.path(), amount(file.size()), from.getHost(), rest);
    }

    private static String amount(long bytes) {
        return bytes < 100_000 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    @Override
    public void progress(CatalogFile file, long bytes, double bytesPerSecond) {
        long now = System.nanoTime();
        if (now - told >= EVERY_NANOS) {
            told = now;
            say(
                    "%s: %.1f of %.1f MB, %d %%, %.1f MB/s",
                    file.path(), bytes / 1e6, file.size() / 1e6, 100 * bytes / file.size(), bytesPerSecond / 1e6);
        }
    }

    @Override
    public void retry(CatalogFile file, String reason, Duration pause) {
        say("%s: %s; again in %.1f s", file.path(), reason, pause.toMillis() / 1e3);
    }

    @Override
    public void finished(CatalogFile file, String sha256) {
        if (file.sha256() == null) {
            say(
                    "%s: only its size was checked, because the catalogue has no SHA-256 for it; from now on it is %s",
                    file.path(), sha256);
        } else {
            say("%s: complete, SHA-256 right", file.path());
        }
    }

    @Override
    public void waiting(Path lock) {
        say("another pull of this model is going on; waiting for it (%s)", lock);
    }
}
