package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.packs.FileCheck;
import dev.duplexvoice.packs.InstalledPack;
import dev.duplexvoice.packs.PackProblem;
import dev.duplexvoice.packs.VoicePacks;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice models verify}. */
@Command(
        name = "verify",
        description = "Read what is installed and compare its SHA-256.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Exit code 1 if a file is wrong, or a pack is broken; stderr says which and why."})
final class ModelsVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "These packs only.")
    private List<String> ids = List.of();

    @Mixin
    private ModelsFolder folder = new ModelsFolder();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        VoicePacks packs = folder.packs();
        PrintWriter err = spec.commandLine().getErr();
        List<FileCheck> checks = new ArrayList<>();
        for (InstalledPack pack : chosen(packs)) {
            for (FileCheck check : packs.verify(pack)) {
                checks.add(check);
                if (!folder.json()) {
                    spec.commandLine()
                            .getOut()
                            .println((check.isRight() ? "ok     " : "WRONG  ") + check.id() + "  " + check.file());
                }
                if (check.problem() != null) {
                    err.println("voice: " + check.problem());
                }
            }
        }
        List<PackProblem> problems = ids.isEmpty() ? packs.problems() : List.of();
        ModelsFolder.tell(err, problems);
        boolean right = problems.isEmpty() && checks.stream().allMatch(FileCheck::isRight);
        if (folder.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("ok", right);
            result.put("files", checks.stream().map(ModelsVerifyCommand::fields).toList());
            result.put("problems", ModelsFolder.fields(problems));
            spec.commandLine().getOut().println(Json.line(result));
        } else if (checks.isEmpty() && problems.isEmpty()) {
            err.println("voice: nothing is installed in " + packs.folders() + "; voice models pull gets something");
        }
        return right ? 0 : VoiceCommand.FAILED;
    }

    private List<InstalledPack> chosen(VoicePacks packs) {
        if (ids.isEmpty()) {
            return packs.installed();
        }
        List<InstalledPack> chosen = new ArrayList<>();
        for (String id : ids) {
            InstalledPack pack = packs.find(id);
            if (pack == null) {
                List<String> known =
                        packs.installed().stream().map(InstalledPack::id).toList();
                throw new VoiceException(
                        VoiceException.Code.NOT_FOUND,
                        id + ": no such pack is installed, or it is broken (voice models list says why); installed: "
                                + known);
            }
            chosen.add(pack);
        }
        return chosen;
    }

    private static Map<String, Object> fields(FileCheck check) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", check.id());
        fields.put("file", check.file().toString());
        fields.put("ok", check.isRight());
        fields.put("expected", check.expected());
        fields.put("found", check.found());
        return fields;
    }
}
