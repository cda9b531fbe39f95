package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.packs.CatalogEntry;
import dev.duplexvoice.packs.FileCheck;
import dev.duplexvoice.packs.InstalledPack;
import dev.duplexvoice.packs.ModelCatalog;
import dev.duplexvoice.packs.ModelPuller;
import dev.duplexvoice.packs.PackKind;
import dev.duplexvoice.packs.PulledModel;
import dev.duplexvoice.packs.VoicePacks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice models pull}. */
@Command(
        name = "pull",
        description = "Get models; prints where each is: a voice's folder, a detector's model file.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "What is there and right is left as it is. What was broken off goes on where it was: run it again.",
            "A model goes into --dir, else into the first folder of VOICE_PACKS, else into",
            "~/.local/share/duplexvoice/voicepacks.",
            "Example: voice vad call.wav --model $(voice models pull silero-vad)"
        })
final class ModelsPullCommand implements Callable<Integer> {
    private static final String MIRROR = "VOICE_MODELS_MIRROR";
    private static final String OFFLINE = "VOICE_OFFLINE";

    /** Without this the JDK tells no proxy who asks for TLS, though it was given a user and a password for it. */
    private static final String TUNNELING = "jdk.http.auth.tunneling.disabledSchemes";

    @Parameters(paramLabel = "ID", arity = "1..*", description = "Which ones; voice models list shows them.")
    private List<String> ids = List.of();

    @Mixin
    private ModelsFolder folder = new ModelsFolder();

    @Mixin
    private CatalogChoice catalogue = new CatalogChoice();

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "Ask this server in place of the official ones, for the same paths; or " + MIRROR + ".")
    private @Nullable String mirror;

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description =
                    "http://[user:password@]host:port or socks5://host:port; else that of HTTPS_PROXY, without it for the"
                            + " hosts in NO_PROXY.")
    private @Nullable String proxy;

    @Option(names = "--offline", description = "Ask nobody: fail unless it is there. Also " + OFFLINE + "=1.")
    private boolean offline;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "30",
            description = "Seconds that a server may stall before it is asked again; 30 by default.")
    private int timeout;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        ModelCatalog known = catalogue.read();
        List<CatalogEntry> wanted = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            CatalogEntry entry = known.find(id);
            if (entry == null) {
                throw wrong(id + ": no such model is in the catalogue; use one of "
                        + String.join(
                                ", ",
                                known.entries().stream().map(CatalogEntry::id).toList()));
            }
            wanted.add(entry);
        }
        VoicePacks packs = folder.packs();
        ModelPuller puller = puller(packs.target());
        List<Map<String, Object>> results = new ArrayList<>();
        boolean failed = false;
        for (CatalogEntry entry : wanted) {
            Map<String, Object> result = pull(puller, packs, entry);
            failed |= result.containsKey("error");
            results.add(result);
        }
        if (folder.json()) {
            spec.commandLine().getOut().println(Json.line(Map.of("models", results)));
        }
        return failed ? VoiceCommand.FAILED : 0;
    }

    private ModelPuller puller(Path target) {
        if (timeout < 1 || timeout > 3_600) {
            throw wrong("--timeout=" + timeout + ": must be 1 to 3600");
        }
        if (System.getProperty(TUNNELING) == null) {
            System.setProperty(TUNNELING, "");
        }
        ModelPuller.Builder builder = ModelPuller.into(target)
                .offline(offline || isOffline(System.getenv(OFFLINE)))
                .stallTimeout(Duration.ofSeconds(timeout))
                .listener(new PullProgress(spec.commandLine().getErr()));
        String from = System.getenv(MIRROR);
        try {
            if (mirror != null) {
                builder.mirror(mirror);
            } else if (from != null && !from.isBlank()) {
                builder.mirror(from);
            }
            if (proxy != null) {
                builder.proxy(proxy);
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            // The library names its options, this the user's.
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(
                    message.startsWith("mirror=") && mirror == null
                            ? MIRROR + message.substring("mirror".length())
                            : "--" + message,
                    e);
        }
    }

    private static boolean isOffline(@Nullable String value) {
        return switch (value == null ? "" : value.strip().toLowerCase(Locale.ROOT)) {
            case "", "0", "false", "no" -> false;
            case "1", "true", "yes" -> true;
            default -> throw new IllegalArgumentException(OFFLINE + "=" + value + ": must be 1 or 0");
        };
    }

    /** A pack that is in another of the folders, and right, would be in the way of the one that is pulled. */
    private static PulledModel find(ModelPuller puller, VoicePacks packs, CatalogEntry entry)
            throws InterruptedException {
        InstalledPack pack = packs.find(entry.id());
        return pack != null
                        && entry.matches(pack)
                        && packs.verify(pack).stream().allMatch(FileCheck::isRight)
                ? new PulledModel(pack, false, entry.files().stream().anyMatch(file -> file.sha256() == null))
                : puller.pull(entry);
    }

    private Map<String, Object> pull(ModelPuller puller, VoicePacks packs, CatalogEntry entry)
            throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("id", entry.id());
        try {
            PulledModel pulled = find(puller, packs, entry);
            InstalledPack pack = pulled.pack();
            result.put("state", pulled.fresh() ? "pulled" : "present");
            result.put("folder", pack.folder().toString());
            result.put("files", ModelsFolder.files(pack));
            result.put("size", entry.size());
            result.put("digests", pulled.trusted() ? "trusted" : "published");
            String use = use(pack);
            if (!folder.json()) {
                spec.commandLine().getOut().println(place(pack));
            }
            err.println("voice: " + entry.id() + (pulled.fresh() ? ": installed" : ": was there, and is right") + use);
            if (entry.note() != null) {
                err.println("voice: " + entry.id() + ": " + entry.description().licence() + "; " + entry.note());
            }
        } catch (VoiceException e) {
            err.println("voice: " + e.getMessage());
            result.put("state", "failed");
            result.put("error", e.getMessage());
        }
        return result;
    }

    private static Path place(InstalledPack pack) {
        Path model = pack.file("model");
        return pack.description().kind() == PackKind.DETECTOR && model != null ? model : pack.folder();
    }

    private static String use(InstalledPack pack) {
        if (pack.description().kind() == PackKind.DETECTOR) {
            return "; use it: voice vad F.wav --model " + place(pack);
        }
        Path root = pack.folder().resolve("../..").normalize();
        boolean found = new VoicePacks().folders().contains(root);
        return "; use it: " + (found ? "" : "VOICE_PACKS=" + root + " ") + "voice say TEXT --voice " + pack.id();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
