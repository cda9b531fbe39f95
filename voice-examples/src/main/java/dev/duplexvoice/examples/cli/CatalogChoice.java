package dev.duplexvoice.examples.cli;

import dev.duplexvoice.packs.ModelCatalog;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which models there are to pull. */
final class CatalogChoice {
    @Option(
            names = "--catalogue",
            paramLabel = "F.yaml",
            description = "More models to pull, or others for the same ids; README.md shows what is in it.")
    private @Nullable Path file;

    ModelCatalog read() {
        ModelCatalog builtIn = ModelCatalog.builtIn();
        return file == null ? builtIn : builtIn.with(ModelCatalog.read(file));
    }
}
