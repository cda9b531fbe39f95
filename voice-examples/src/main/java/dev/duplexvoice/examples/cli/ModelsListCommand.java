package dev.duplexvoice.examples.cli;

import dev.duplexvoice.packs.CatalogEntry;
import dev.duplexvoice.packs.InstalledPack;
import dev.duplexvoice.packs.ModelCatalog;
import dev.duplexvoice.packs.PackDescription;
import dev.duplexvoice.packs.PackFile;
import dev.duplexvoice.packs.VoicePacks;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code voice models list}. */
@Command(
        name = "list",
        description = "What is installed, and what can be pulled.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "installed: it is there with the right sizes; other: it is there, the catalogue means other files;",
            "broken: its folder is there and stderr says what is wrong; available: voice models pull gets it."
        })
final class ModelsListCommand implements Callable<Integer> {
    private static final String ROW = "%-36s %-9s %-8s %-8s %-9s %6s %9s  %s%n";

    @Mixin
    private ModelsFolder folder = new ModelsFolder();

    @Mixin
    private CatalogChoice catalogue = new CatalogChoice();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Line(
            PackDescription description,
            String state,
            long size,
            @Nullable String note,
            @Nullable InstalledPack pack) {}

    @Override
    public Integer call() {
        ModelCatalog known = catalogue.read();
        VoicePacks packs = folder.packs();
        List<Line> lines = lines(packs, known);
        PrintWriter out = spec.commandLine().getOut();
        if (folder.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("folders", packs.folders().stream().map(Object::toString).toList());
            result.put("models", lines.stream().map(ModelsListCommand::fields).toList());
            result.put("problems", ModelsFolder.fields(packs.problems()));
            out.println(Json.line(result));
        } else {
            out.printf(Locale.ROOT, ROW, "id", "state", "kind", "family", "languages", "Hz", "MB", "note");
            lines.forEach(line -> print(out, line));
            out.flush();
            ModelsFolder.tell(spec.commandLine().getErr(), packs.problems());
        }
        return 0;
    }

    private static List<Line> lines(VoicePacks packs, ModelCatalog known) {
        List<Line> lines = new ArrayList<>();
        for (InstalledPack pack : packs.installed()) {
            CatalogEntry entry = known.find(pack.id());
            String state = entry == null || entry.matches(pack) ? "installed" : "other";
            long size = pack.files().stream().mapToLong(PackFile::size).sum();
            lines.add(new Line(pack.description(), state, size, entry == null ? null : entry.note(), pack));
        }
        for (CatalogEntry entry : known.entries()) {
            if (packs.find(entry.id()) == null) {
                String state = isBroken(packs, entry) ? "broken" : "available";
                lines.add(new Line(entry.description(), state, entry.size(), entry.note(), null));
            }
        }
        return lines;
    }

    private static boolean isBroken(VoicePacks packs, CatalogEntry entry) {
        return packs.folders().stream()
                .map(folder -> folder.resolve(entry.description().family()).resolve(entry.id()))
                .anyMatch(place -> packs.problems().stream()
                        .anyMatch(problem -> problem.file().startsWith(place)));
    }

    private static void print(PrintWriter out, Line line) {
        PackDescription is = line.description();
        out.printf(
                Locale.ROOT,
                ROW,
                is.id(),
                line.state(),
                is.kind().key(),
                is.family(),
                is.languages().isEmpty() ? "-" : String.join(",", is.languages()),
                is.sampleRate(),
                Json.decimals(line.size() / 1e6, 1),
                is.licence() + (line.note() == null ? "" : "; " + line.note()));
    }

    private static Map<String, Object> fields(Line line) {
        PackDescription is = line.description();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", is.id());
        fields.put("state", line.state());
        fields.put("kind", is.kind().key());
        fields.put("family", is.family());
        fields.put("languages", is.languages());
        fields.put("sample_rate", is.sampleRate());
        fields.put("licence", is.licence());
        fields.put("size", line.size());
        fields.put("note", line.note());
        if (line.pack() != null) {
            fields.put("folder", line.pack().folder().toString());
            fields.put("files", ModelsFolder.files(line.pack()));
        }
        return fields;
    }
}
