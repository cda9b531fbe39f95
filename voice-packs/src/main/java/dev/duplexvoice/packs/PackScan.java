package dev.duplexvoice.packs;

import dev.duplexvoice.packs.PackFolders.Root;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks through the folders. What was valid and has not changed since is not read again. Not thread-safe. */
final class PackScan {
    /** More than anyone installs; what has more is some other folder. */
    private static final int MAX_ENTRIES = 10_000;

    /** All that was found. */
    record Result(List<InstalledPack> packs, List<PackProblem> problems) {}

    private record Known(InstalledPack pack, Map<Path, FileStamp> stamps) {}

    private final List<Root> roots;
    private Map<Path, Known> known = new HashMap<>();

    PackScan(List<Root> roots) {
        this.roots = List.copyOf(roots);
    }

    Result run() {
        Map<String, InstalledPack> packs = new LinkedHashMap<>();
        List<PackProblem> problems = new ArrayList<>();
        Map<Path, Known> seen = new HashMap<>();
        for (Root root : roots) {
            if (Files.isDirectory(root.path())) {
                for (Path family : folders(root.path(), problems)) {
                    for (Path folder : folders(family, problems)) {
                        if (!seen.containsKey(folder)) {
                            look(folder, packs, problems, seen);
                        }
                    }
                }
            } else if (root.asked() != null) {
                problems.add(new PackProblem(
                        root.path(),
                        0,
                        root.asked() + "=" + root.path() + ": there is no such folder; make it or name another"));
            }
        }
        known = seen;
        return new Result(List.copyOf(packs.values()), List.copyOf(problems));
    }

    private void look(
            Path folder, Map<String, InstalledPack> packs, List<PackProblem> problems, Map<Path, Known> seen) {
        Known before = known.get(folder);
        InstalledPack pack;
        if (before != null && isUnchanged(before)) {
            pack = before.pack();
            seen.put(folder, before);
        } else {
            Complaints complaints = new Complaints(folder.resolve(PackReader.METADATA));
            // Stamps first: what changes while it is read is then read again.
            FileStamp metadata = FileStamp.of(complaints.file());
            pack = PackReader.read(folder, complaints);
            problems.addAll(complaints.problems());
            if (pack == null || metadata == null) {
                return;
            }
            seen.put(folder, new Known(pack, stamps(pack, complaints.file(), metadata)));
        }
        InstalledPack first = packs.putIfAbsent(pack.id(), pack);
        if (first != null) {
            problems.add(new PackProblem(
                    folder.resolve(PackReader.METADATA),
                    0,
                    "id=" + pack.id() + ": " + first.folder() + " has it already, which counts; rename or remove one"));
        }
    }

    private static Map<Path, FileStamp> stamps(InstalledPack pack, Path metadata, FileStamp stamp) {
        Map<Path, FileStamp> stamps = new HashMap<>();
        stamps.put(metadata, stamp);
        for (PackFile file : pack.files()) {
            FileStamp now = FileStamp.of(pack.locate(file));
            if (now != null) { // gone again: then the next look misses it
                stamps.put(pack.locate(file), now);
            }
        }
        return stamps;
    }

    private static boolean isUnchanged(Known before) {
        return before.stamps().size() == before.pack().files().size() + 1
                && before.stamps().entrySet().stream()
                        .allMatch(stamp -> stamp.getValue().equals(FileStamp.of(stamp.getKey())));
    }

    /** Subfolders by name, so that the order is the same everywhere; those with a dot are somebody's own business. */
    private static List<Path> folders(Path parent, List<PackProblem> problems) {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent)) {
            for (Path child : stream) {
                if (!String.valueOf(child.getFileName()).startsWith(".") && Files.isDirectory(child)) {
                    folders.add(child);
                }
                if (folders.size() > MAX_ENTRIES) {
                    problems.add(new PackProblem(
                            parent, 0, "has more than " + MAX_ENTRIES + " folders; give packs a folder of their own"));
                    return List.of();
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            problems.add(new PackProblem(parent, 0, "cannot be listed: " + reason(e) + "; check its permissions"));
        }
        folders.sort(null);
        return folders;
    }

    private static @Nullable String reason(Exception e) {
        Throwable cause = e instanceof IOException ? e : e.getCause();
        return cause instanceof IOException io ? YamlFile.reason(io) : e.getMessage();
    }
}
