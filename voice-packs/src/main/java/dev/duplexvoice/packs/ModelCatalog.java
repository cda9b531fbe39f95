package dev.duplexvoice.packs;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Models that can be pulled: those that the library knows official sources of, and those of a host's own file. Immutable. */
public final class ModelCatalog {
    private static final String BUILT_IN = "catalogue.yaml";
    private static final int MAX_SIZE = 4 << 20;
    private static final List<String> FILE_KEYS = List.of("role", "path", "sha256", "size", "url");
    private static final List<String> KEYS = keys();
    private static final String FILES_REMEDY = "list the files as {role: model, path: F, size: N, sha256: S, url: U}";

    private final Map<String, CatalogEntry> entries;

    private ModelCatalog(Map<String, CatalogEntry> entries) {
        this.entries = entries;
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(Descriptions.KEYS);
        keys.add("note");
        keys.add("files");
        return List.copyOf(keys);
    }

    /** Silero's detectors and some of Piper's voices, from where their makers publish them. */
    public static ModelCatalog builtIn() {
        Complaints complaints = new Complaints(Path.of(BUILT_IN));
        try (InputStream in = ModelCatalog.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException(BUILT_IN + " is missing in the jar");
            }
            return of(YamlFile.read(in, complaints, MAX_SIZE), complaints);
        } catch (IOException e) {
            throw new IllegalStateException(BUILT_IN + " cannot be read in the jar", e);
        }
    }

    /**
     * A file of one's own, written as the built-in one is: {@code models:} with the keys of {@code metadata.yaml}, and a {@code url}
     * for each file.
     *
     * @throws VoiceException if anything in it is wrong; the message names file, line, key and value
     */
    public static ModelCatalog read(Path file) {
        Complaints complaints = new Complaints(file);
        return of(YamlFile.read(complaints, MAX_SIZE), complaints);
    }

    /** These and those of another catalogue, which count where both have an id. */
    public ModelCatalog with(ModelCatalog other) {
        Map<String, CatalogEntry> all = new LinkedHashMap<>(entries);
        all.putAll(other.entries);
        return new ModelCatalog(all);
    }

    /** All entries, in the order of their files. */
    public List<CatalogEntry> entries() {
        return List.copyOf(entries.values());
    }

    /** The entry of an id; null if there is none. */
    public @Nullable CatalogEntry find(String id) {
        return entries.get(id);
    }

    private static ModelCatalog of(@Nullable YamlMap map, Complaints complaints) {
        Map<String, CatalogEntry> entries = new LinkedHashMap<>();
        if (map != null) {
            map.allow(List.of("models"));
            List<YamlMap> models = map.maps("models", "list models with id, family, files and so on");
            if (models.isEmpty() && complaints.isEmpty()) {
                map.missing("models", "list at least one");
            }
            for (YamlMap model : models) {
                CatalogEntry entry = entry(model);
                if (entry != null && entries.putIfAbsent(entry.id(), entry) != null) {
                    model.wrong("id", entry.id(), "is there twice; rename one");
                }
            }
        }
        if (!complaints.isEmpty()) {
            List<PackProblem> problems = complaints.problems();
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT,
                    problems.get(0) + (problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)"));
        }
        return new ModelCatalog(entries);
    }

    private static @Nullable CatalogEntry entry(YamlMap map) {
        map.allow(KEYS);
        PackDescription description = Descriptions.read(map);
        String note = map.optionalText("note", "say what whoever pulls it should know, or leave it out");
        List<CatalogFile> files = new ArrayList<>();
        Set<String> roles = new HashSet<>();
        Set<String> paths = new HashSet<>();
        for (YamlMap file : map.maps("files", FILES_REMEDY)) {
            CatalogFile one = file(file);
            if (one != null) {
                files.add(one);
                if (!roles.add(one.role())) {
                    file.wrong("role", one.role(), "is there twice; give each file a role of its own");
                }
                if (!paths.add(one.path())) {
                    file.wrong("path", one.path(), "is there twice; give each file a path of its own");
                }
            }
        }
        if (files.isEmpty()) {
            map.missing("files", FILES_REMEDY);
        }
        return description == null || files.isEmpty() ? null : new CatalogEntry(description, note, files);
    }

    private static @Nullable CatalogFile file(YamlMap map) {
        map.allow(FILE_KEYS);
        String role = Descriptions.role(map);
        String path = path(map);
        long size = Descriptions.size(map);
        String sha256 = map.optionalText("sha256", "give what sha256sum prints, or leave it out");
        URI url = url(map);
        if (role == null || path == null || size < 0 || url == null) {
            return null;
        }
        return sha256 == null || Descriptions.isSha256(map, sha256)
                ? new CatalogFile(role, path, size, sha256, url)
                : null;
    }

    private static @Nullable String path(YamlMap map) {
        String path = Descriptions.path(map);
        if (path != null && PartFile.isReserved(path)) {
            map.wrong(
                    "path", path, "ends as what is still arriving does; give it another end than .part or .part.etag");
            return null;
        }
        return path;
    }

    private static @Nullable URI url(YamlMap map) {
        String remedy = "give an address that begins with https:// (or http://), its port, if any, 1 to 65535";
        String value = map.text("url", remedy);
        if (value == null) {
            return null;
        }
        try {
            URI url = new URI(value);
            if (HttpSource.isWeb(url)) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below, as other kinds of address are
        }
        map.wrong("url", value, remedy);
        return null;
    }
}
