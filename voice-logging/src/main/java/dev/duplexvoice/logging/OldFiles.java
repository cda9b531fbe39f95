package dev.duplexvoice.logging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that were put aside beside a log file: {@code name.2026-01-31.2.log} beside {@code name.log}. Their age is that of their
 * names, because what copies files changes their times. Others in the folder are left alone.
 */
final class OldFiles {
    private record Old(Path path, LocalDate day, int number) {}

    private final Path folder;
    private final Path active;
    private final String prefix;
    private final String suffix;
    private final int most;
    private final Period retention;

    OldFiles(Path active, int most, Period retention) {
        this.active = active;
        Path parent = active.toAbsolutePath().getParent();
        this.folder = parent == null ? Path.of(".") : parent;
        String name = String.valueOf(active.getFileName());
        int dot = name.lastIndexOf('.');
        this.prefix = (dot < 1 ? name : name.substring(0, dot)) + ".";
        this.suffix = dot < 1 ? "" : name.substring(dot);
        this.most = most;
        this.retention = retention;
    }

    /** Gives the file that is written to the name of a day. */
    void putAside(LocalDate day) throws IOException {
        int number = 0;
        for (Old old : all()) {
            if (old.day.equals(day)) {
                number = Math.max(number, old.number);
            }
        }
        Files.move(active, folder.resolve(prefix + day + "." + (number + 1) + suffix));
    }

    /** Deletes what is too old, and the oldest of what is too many. What cannot be deleted is tried again the next time. */
    void sweep(LocalDate today) throws IOException {
        List<Old> all = all();
        LocalDate oldest = today.minus(retention);
        int tooMany = all.size() - most;
        for (int i = 0; i < all.size(); i++) {
            if (i < tooMany || all.get(i).day.isBefore(oldest)) {
                Files.deleteIfExists(all.get(i).path);
            }
        }
    }

    /** Oldest first. */
    private List<Old> all() throws IOException {
        List<Old> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Old old = parse(file);
                if (old != null) {
                    all.add(old);
                }
            }
        }
        all.sort(Comparator.comparing(Old::day).thenComparingInt(Old::number));
        return all;
    }

    private @Nullable Old parse(Path file) {
        String name = String.valueOf(file.getFileName());
        int from = prefix.length();
        int to = name.length() - suffix.length();
        if (!name.startsWith(prefix) || !name.endsWith(suffix) || to - from < 12 || name.charAt(from + 10) != '.') {
            return null;
        }
        try {
            return new Old(
                    file,
                    LocalDate.parse(name.substring(from, from + 10)),
                    Integer.parseInt(name.substring(from + 11, to)));
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }
}
