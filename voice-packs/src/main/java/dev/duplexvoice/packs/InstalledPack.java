package dev.duplexvoice.packs;

import dev.duplexvoice.model.VoicePack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pack whose {@code metadata.yaml} holds and whose files are there with the sizes it names. That their bytes are right is known
 * only after {@link VoicePacks#verify}.
 *
 * @param description what it is
 * @param folder its folder, absolute
 * @param files its files, all within the folder
 */
public record InstalledPack(PackDescription description, Path folder, List<PackFile> files) {

    /** Copies the files. */
    public InstalledPack {
        files = List.copyOf(files);
    }

    /** The id. */
    public String id() {
        return description.id();
    }

    /** Where a file of it is, absolute. */
    public Path locate(PackFile file) {
        return folder.resolve(file.path());
    }

    /** The file of a role, absolute; null if it has none. */
    public @Nullable Path file(String role) {
        for (PackFile file : files) {
            if (file.role().equals(role)) {
                return locate(file);
            }
        }
        return null;
    }

    /** As providers are given it. */
    public VoicePack voice() {
        Map<String, Path> byRole = new HashMap<>();
        files.forEach(file -> byRole.put(file.role(), locate(file)));
        return new VoicePack(
                description.id(),
                description.family(),
                folder,
                description.languages(),
                description.sampleRate(),
                description.licence(),
                byRole,
                description.capabilities(),
                description.settings());
    }
}
