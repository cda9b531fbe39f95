package dev.duplexvoice.benchmarks.cli;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.logs.LogsBench;
import dev.duplexvoice.benchmarks.scheduler.SchedulerBench;
import dev.duplexvoice.benchmarks.socket.SocketBench;
import dev.duplexvoice.benchmarks.tts.TtsBench;
import dev.duplexvoice.benchmarks.vad.VadBench;
import dev.duplexvoice.benchmarks.vocoder.VocoderBench;
import dev.duplexvoice.benchmarks.worker.WorkerBench;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code voice bench}. Results go to stdout, everything else to stderr; exit 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "voice bench",
        description = "Measure on this machine.",
        synopsisSubcommandLabel = "WHAT",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        subcommands = {
            VadBench.class,
            TtsBench.class,
            VocoderBench.class,
            WorkerBench.class,
            SocketBench.class,
            LogsBench.class,
            SchedulerBench.class
        })
public final class BenchCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** For the command line. */
    public BenchCommand() {}

    /** Runs a benchmark and exits with its code. */
    public static void main(String[] args) {
        System.exit(execute(Results.stdout(), Results.stderr(), args));
    }

    /** Runs a benchmark and returns its exit code. */
    static int execute(Writer out, PrintWriter err, String... args) {
        Results results = new Results(out);
        PrintWriter printer = new PrintWriter(results, true);
        int code = new CommandLine(new BenchCommand())
                .setOut(printer)
                .setErr(err)
                .registerConverter(Path.class, BenchCommand::path)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, a) -> {
                    e.getCommandLine()
                            .getErr()
                            .println("voice: " + oneLine(String.valueOf(e.getMessage())) + " (see "
                                    + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr()
                            .println("voice: "
                                    + oneLine(
                                            e instanceof VoiceException
                                                    ? String.valueOf(e.getMessage())
                                                    : "internal error: " + e
                                                            + " (set VOICE_TRACE=1 for the stack trace)"));
                    if (System.getenv("VOICE_TRACE") != null) {
                        e.printStackTrace(command.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
        printer.flush();
        return results.exitCode(code, err);
    }

    private static Path path(String value) {
        if (value.isEmpty()) {
            throw new CommandLine.TypeConversionException("the path is empty, give a file");
        }
        return Path.of(value);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
