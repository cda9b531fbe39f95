package dev.duplexvoice.packs;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where packs are looked for: the folders of the first that names any of the host, the system property, the environment, else
 * {@code voicepacks} here and the user's.
 */
final class PackFolders {
    static final String PROPERTY = "voice.packs";
    static final String VARIABLE = "VOICE_PACKS";

    /**
     * A folder that holds families of packs.
     *
     * @param path the folder, absolute
     * @param asked by whom it was named, for messages; null for those that need not be there
     */
    record Root(Path path, @Nullable String asked) {}

    private PackFolders() {}

    static List<Root> of(List<Path> folders) {
        return folders.stream().map(folder -> root(folder, "folder")).toList();
    }

    static List<Root> find(Function<String, @Nullable String> property, Function<String, @Nullable String> env) {
        String value = property.apply(PROPERTY);
        String name = PROPERTY;
        if (value == null || value.isBlank()) {
            value = env.apply(VARIABLE);
            name = VARIABLE;
        }
        List<Root> roots = new ArrayList<>();
        for (String part : value == null ? new String[0] : value.split(File.pathSeparator)) {
            if (!part.isBlank()) {
                roots.add(root(path(name, part), name));
            }
        }
        if (roots.isEmpty()) {
            roots.add(root(Path.of("voicepacks"), null));
            roots.add(root(userFolder(property, env), null));
        }
        return roots;
    }

    /** Where what is pulled goes: the first folder that was named, else the user's, which does not depend on where one stands. */
    static Path target(List<Root> roots) {
        for (Root root : roots) {
            if (root.asked() != null) {
                return root.path();
            }
        }
        return roots.get(roots.size() - 1).path();
    }

    private static Path userFolder(
            Function<String, @Nullable String> property, Function<String, @Nullable String> env) {
        String data = env.apply("XDG_DATA_HOME");
        // The specification: a relative one is to be ignored.
        Path base =
                data != null && !data.isBlank() && path("XDG_DATA_HOME", data).isAbsolute()
                        ? Path.of(data)
                        : Path.of(String.valueOf(property.apply("user.home")), ".local", "share");
        return base.resolve("duplexvoice").resolve("voicepacks");
    }

    private static Path path(String name, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    name + "=" + Complaints.quote(value) + ": must be folders, separated by " + File.pathSeparator, e);
        }
    }

    private static Root root(Path path, @Nullable String asked) {
        return new Root(path.toAbsolutePath().normalize(), asked);
    }
}
