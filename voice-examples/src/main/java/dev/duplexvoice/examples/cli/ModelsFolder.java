package dev.duplexvoice.examples.cli;

import dev.duplexvoice.packs.InstalledPack;
import dev.duplexvoice.packs.PackFile;
import dev.duplexvoice.packs.PackProblem;
import dev.duplexvoice.packs.VoicePacks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the commands of {@code voice models} look, and how they tell what they find. */
final class ModelsFolder {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The folder of the packs, in place of those that are looked into otherwise.")
    private @Nullable Path folder;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    boolean json() {
        return json;
    }

    VoicePacks packs() {
        VoicePacks.Builder builder = VoicePacks.builder().logging(false);
        return folder == null
                ? builder.build()
                : builder.folders(List.of(folder)).build();
    }

    static void tell(PrintWriter err, List<PackProblem> problems) {
        problems.forEach(problem -> err.println("voice: " + problem));
    }

    static List<Map<String, Object>> fields(List<PackProblem> problems) {
        return problems.stream().map(ModelsFolder::fields).toList();
    }

    private static Map<String, Object> fields(PackProblem problem) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", problem.file().toString());
        if (problem.line() > 0) {
            fields.put("line", problem.line());
        }
        fields.put("message", problem.message());
        return fields;
    }

    /** Where the files of a pack are, by role. */
    static Map<String, String> files(InstalledPack pack) {
        Map<String, String> files = new LinkedHashMap<>();
        for (PackFile file : pack.files()) {
            files.put(file.role(), pack.locate(file).toString());
        }
        return files;
    }
}
