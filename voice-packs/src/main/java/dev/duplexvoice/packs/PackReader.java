package dev.duplexvoice.packs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the folder of one pack. */
final class PackReader {
    static final String METADATA = "metadata.yaml";

    private static final int MAX_METADATA = 256 * 1024;
    private static final int MAX_FILES = 100;
    private static final List<String> KEYS = keys();
    private static final List<String> FILE_KEYS = List.of("role", "path", "sha256", "size");
    private static final String FILES_REMEDY = "list the files as {role: model, path: F, size: N, sha256: S}";

    private PackReader() {}

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(Descriptions.KEYS);
        keys.add("files");
        return List.copyOf(keys);
    }

    /** The pack in a folder; null, with complaints, if it is none. */
    static @Nullable InstalledPack read(Path folder, Complaints complaints) {
        YamlMap map = YamlFile.read(complaints, MAX_METADATA);
        if (map == null) {
            return null;
        }
        map.allow(KEYS);
        PackDescription description = Descriptions.read(map);
        List<PackFile> files = files(map, folder, complaints);
        Path family = folder.getParent();
        if (description != null
                && family != null
                && !description.family().equals(String.valueOf(family.getFileName()))) {
            map.wrong(
                    "family",
                    description.family(),
                    "the pack is in the folder " + family.getFileName() + "; correct the one or move the other");
        }
        return description == null || !complaints.isEmpty() ? null : new InstalledPack(description, folder, files);
    }

    private static List<PackFile> files(YamlMap map, Path folder, Complaints complaints) {
        List<YamlMap> entries = map.maps("files", FILES_REMEDY);
        if (entries.isEmpty() || entries.size() > MAX_FILES) {
            map.missing("files", FILES_REMEDY + ", at least 1 and at most " + MAX_FILES);
            return List.of();
        }
        List<PackFile> files = new ArrayList<>();
        Set<String> roles = new HashSet<>();
        for (YamlMap entry : entries) {
            entry.allow(FILE_KEYS);
            String role = Descriptions.role(entry);
            String path = Descriptions.path(entry);
            long size = Descriptions.size(entry);
            String sha256 = entry.text("sha256", "add what sha256sum prints for the file");
            if (role != null && !roles.add(role)) {
                entry.wrong("role", role, "is there twice; give each file a role of its own");
            }
            if (path != null) {
                checkPlace(entry, path, folder, size);
            }
            boolean known = sha256 != null && Descriptions.isSha256(entry, sha256);
            if (role != null && path != null && size > 0 && sha256 != null && known) {
                files.add(new PackFile(role, path, size, sha256));
            }
        }
        return files;
    }

    private static void checkPlace(YamlMap entry, String path, Path folder, long size) {
        Path file = folder.resolve(path);
        try {
            if (!Files.exists(file)) {
                entry.wrong("path", path, "there is no such file; put it there, or pull the pack again");
            } else if (!file.toRealPath().startsWith(folder.toRealPath())) {
                entry.wrong("path", path, "is a link that leads out of the pack's folder; put the file itself there");
            } else if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                entry.wrong("path", path, "is no file that can be read; check what it is and its permissions");
            } else if (size > 0 && Files.size(file) != size) {
                entry.wrong(
                        "size",
                        Long.toString(size),
                        path + " has " + Files.size(file) + " bytes; it is incomplete or another one, pull it again");
            }
        } catch (IOException e) {
            entry.wrong("path", path, "cannot be looked at: " + YamlFile.reason(e) + "; check its permissions");
        }
    }
}
