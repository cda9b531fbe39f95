package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Results go to stdout, everything else to stderr; exit 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "voice",
        description = "Realtime, full-duplex voice conversations.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        footer = {
            "",
            "Also: voice test runs every test, native ones too;",
            "voice bench vad times the detector beside ONNX Runtime, voice bench worker a voice elsewhere,",
            "voice bench logs the search of logs beside jq.",
            "voice COMMAND --help tells more of a command."
        },
        subcommands = {
            CommandLine.HelpCommand.class,
            DemoCommand.class,
            SayCommand.class,
            SegmentCommand.class,
            VadCommand.class,
            VadEvalCommand.class,
            ConverseCommand.class,
            RecordCommand.class,
            ReplayCommand.class,
            SimulateCommand.class,
            ModelsCommand.class,
            LoadTestCommand.class,
            ServeCommand.class,
            ConfigCommand.class,
            WorkerCommand.class,
            LogsCommand.class,
            SloCommand.class,
            DebugCommand.class,
        })
public final class VoiceCommand implements Runnable {
    /** Commands that the launcher runs itself. */
    private static final List<String> LAUNCHERS = List.of("test", "bench");

    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    /** For the command line. */
    public VoiceCommand() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(execute(Results.stdout(), Results.stderr(), args));
    }

    /** Runs a command and returns its exit code. */
    public static int execute(Writer out, PrintWriter err, String... args) {
        Results results = new Results(out);
        PrintWriter printer = new PrintWriter(results, true);
        CommandLine line = new CommandLine(new VoiceCommand())
                .setOut(printer)
                .setErr(err)
                .registerConverter(Path.class, VoiceCommand::path)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, a) -> {
                    e.getCommandLine()
                            .getErr()
                            .println("voice: " + oneLine(usage(e)) + " (see "
                                    + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
                    return WRONG_USAGE;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("voice: " + oneLine(message(e)));
                    if (System.getenv("VOICE_TRACE") != null) {
                        e.printStackTrace(command.getErr());
                    }
                    return isWrongUsage(e) ? WRONG_USAGE : FAILED;
                });
        int code = line.execute(args);
        printer.flush();
        return results.exitCode(code, err);
    }

    private static Path path(String value) {
        if (value.isEmpty()) {
            throw new CommandLine.TypeConversionException("the path is empty, give a file or folder");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new CommandLine.TypeConversionException(
                    "'" + value + "' cannot be a path in this locale: set LC_ALL=C.UTF-8");
        }
    }

    /** Values of options, and of the environment, which the library reads. */
    private static boolean isWrongUsage(Exception e) {
        return e instanceof IllegalArgumentException
                || e instanceof VoiceException voice
                        && voice.code() == VoiceException.Code.INVALID_ARGUMENT
                        && message(e).startsWith("VOICE_");
    }

    private static String usage(CommandLine.ParameterException e) {
        CommandLine line = e.getCommandLine();
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched && line.getParent() == null) {
            String first = unmatched.getUnmatched().get(0);
            if (LAUNCHERS.contains(first)) {
                return first + ": that is for the launcher; run ./voice " + first + " in the project's folder";
            }
            if (!first.startsWith("-")) {
                return first + ": there is no such command; use one of "
                        + String.join(", ", line.getSubcommands().keySet()) + ", " + String.join(", ", LAUNCHERS);
            }
        }
        if (e instanceof CommandLine.MissingParameterException) {
            return e.getMessage() + "; what begins with - and is no option goes behind --";
        }
        return String.valueOf(e.getMessage()).replace("option option", "option");
    }

    private static String message(Throwable e) {
        if (e instanceof VoiceException || e instanceof IllegalArgumentException) {
            return String.valueOf(e.getMessage());
        }
        if (e instanceof OutOfMemoryError) {
            return "out of memory: give Java more with JAVA_TOOL_OPTIONS=-Xmx4g";
        }
        return "internal error: " + e + " (set VOICE_TRACE=1 for the stack trace)";
    }

    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
