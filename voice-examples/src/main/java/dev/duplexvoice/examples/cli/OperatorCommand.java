package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks a running worker for a page and shows it, as JSON or for people. */
abstract class OperatorCommand implements Callable<Integer> {
    @Mixin
    private RunningServer server = new RunningServer();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() {
        JsonNode page = page(server);
        PrintWriter out = spec.commandLine().getOut();
        if (server.json()) {
            out.println(page);
            return 0;
        }
        out.println(Figures.who(page));
        out.println();
        print(page, out);
        return 0;
    }

    /** What {@code --json} prints. */
    abstract JsonNode page(RunningServer from);

    /** The same for people. */
    abstract void print(JsonNode page, PrintWriter out);
}
