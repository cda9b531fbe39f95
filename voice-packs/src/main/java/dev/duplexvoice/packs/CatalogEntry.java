package dev.duplexvoice.packs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be pulled.
 *
 * @param description what it is
 * @param note what whoever pulls it should know; null if nothing
 * @param files its files, at least one
 */
public record CatalogEntry(
        PackDescription description, @Nullable String note, List<CatalogFile> files) {

    /** Copies the files. */
    public CatalogEntry {
        files = List.copyOf(files);
    }

    /** The id. */
    public String id() {
        return description.id();
    }

    /** Bytes of all files. */
    public long size() {
        return files.stream().mapToLong(CatalogFile::size).sum();
    }

    /** Whether an installed pack has these very files, as far as is known without reading them. */
    public boolean matches(InstalledPack pack) {
        return pack.files().size() == files.size() && files.stream().allMatch(file -> hasFile(pack, file));
    }

    private static boolean hasFile(InstalledPack pack, CatalogFile file) {
        return pack.files().stream()
                .anyMatch(has -> has.role().equals(file.role())
                        && has.size() == file.size()
                        && (file.sha256() == null || file.sha256().equals(has.sha256())));
    }
}
