package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
            "voice bench vad times the detector beside ONNX Runtime.",
            "voice COMMAND --help tells more of a command."
        },
        subcommands = {
            DemoCommand.class,
            SayCommand.class,
            SegmentCommand.class,
            VadCommand.class,
            VadEvalCommand.class,
            ConverseCommand.class,
            RecordCommand.class,
            ReplayCommand.class,
            SimulateCommand.class,
            LoadTestCommand.class,
        })
public final class VoiceCommand implements Runnable {
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    /** For the command line. */
    public VoiceCommand() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(execute(utf8(System.out), utf8(System.err), args));
    }

    /** Texts are of any script, whatever the locale of the machine. */
    private static PrintWriter utf8(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** Runs a command and returns its exit code. */
    public static int execute(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new VoiceCommand())
                .setOut(out)
                .setErr(err)
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
                    return e instanceof IllegalArgumentException ? WRONG_USAGE : FAILED;
                });
        int code = line.execute(args);
        out.flush();
        return code;
    }

    private static String usage(CommandLine.ParameterException e) {
        CommandLine line = e.getCommandLine();
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched && line.getParent() == null) {
            String first = unmatched.getUnmatched().get(0);
            if (!first.startsWith("-")) {
                return first + ": there is no such command; use one of "
                        + String.join(", ", line.getSubcommands().keySet());
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
