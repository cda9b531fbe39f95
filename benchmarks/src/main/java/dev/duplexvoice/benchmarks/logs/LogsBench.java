package dev.duplexvoice.benchmarks.logs;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.OutputFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code voice bench logs}. */
@Command(
        name = "logs",
        description = "Time voice logs errors beside jq with the same selection, each a process of its own, in turn.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Both read the same generated file from the page cache and must give the same lines. --generate only writes the file.",
            "Examples:",
            "  voice bench logs --markdown logs.md",
            "  voice bench logs --generate big.log --size 1000"
        })
public final class LogsBench implements Callable<Integer> {
    static final String SELECTION = "select(.level == \"ERROR\" or .level == \"CRITICAL\")";

    private static final long SEED = 1;
    private static final int MB = 1_000_000;

    @Option(names = "--size", paramLabel = "MB", description = "Of the file, 1 to 100000: 1000.")
    private int size = 1_000;

    @Option(names = "--rounds", paramLabel = "N", description = "1 to 100: 3.")
    private int rounds = 3;

    @Option(names = "--heap", paramLabel = "SIZE", description = "What Java may take for it: 64m.")
    private String heap = "64m";

    @Option(names = "--generate", paramLabel = "F", description = "Write the log to this file and time nothing.")
    private @Nullable Path generate;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--markdown", paramLabel = "F.md", description = "Leave the table there.")
    private @Nullable Path markdown;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the command line. */
    public LogsBench() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require("--size", size, 100_000);
        require("--rounds", rounds, 100);
        if (!heap.matches("[1-9]\\d{0,5}[mg]")) {
            throw new ParameterException(spec.commandLine(), "--heap=" + heap + ": give a size such as 64m or 1g");
        }
        OutputFile.requireWritable(generate);
        OutputFile.requireWritable(markdown);
        if (generate != null) {
            LogGenerator.write(generate, (long) size * MB, SEED);
            return 0;
        }
        String jqVersion = jqVersion();
        Path folder = Files.createTempDirectory("voice-bench-logs");
        try {
            LogsReport report = measure(folder, jqVersion);
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? report.json() + "\n" : report.text());
            out.flush();
            OutputFile.write(
                    markdown,
                    report.markdown("./voice bench logs --size " + size + " --rounds " + rounds + " --heap " + heap));
            return 0;
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private LogsReport measure(Path folder, String jqVersion) throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Path log = folder.resolve("big.log");
        err.println("voice: writing " + size + " MB to " + log);
        long lines = LogGenerator.write(log, (long) size * MB, SEED);
        Path ours = folder.resolve("ours.jsonl");
        Path theirs = folder.resolve("jq.jsonl");
        Path errors = folder.resolve("stderr");
        List<Run> voice = new ArrayList<>();
        List<Run> jq = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            voice.add(Run.of(voice(log), ours, errors));
            jq.add(Run.of(List.of("jq", "-c", SELECTION, log.toString()), theirs, errors));
            err.printf("voice: round %d of %d%n", round + 1, rounds);
        }
        // jq writes each value anew; so does this, and nothing else.
        Path same = folder.resolve("ours-written-by-jq.jsonl");
        Run.of(List.of("jq", "-c", ".", ours.toString()), same, errors);
        if (Files.mismatch(same, theirs) >= 0) {
            throw new VoiceException(VoiceException.Code.INTERNAL, "voice logs and jq gave other lines");
        }
        long found;
        try (Stream<String> all = Files.lines(theirs)) {
            found = all.count();
        }
        return new LogsReport(Files.size(log), lines, found, jqVersion, heap, voice, jq);
    }

    /** With the launcher's options, and a heap that shows that none is needed. */
    private List<String> voice(Path log) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms24m",
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.duplexvoice.examples.cli.VoiceCommand",
                "logs",
                "errors",
                log.toString());
    }

    private static String jqVersion() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("jq", "--version").start();
            String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            return version;
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    "jq is not installed, and there is nothing to compare with: apt-get install jq",
                    e);
        }
    }

    private void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), name + "=" + value + ": must be 1 to " + most);
        }
    }
}
