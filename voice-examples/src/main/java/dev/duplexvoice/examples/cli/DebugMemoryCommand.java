package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code voice debug memory}. */
@Command(
        name = "memory",
        description = "What the process holds: of the machine, and within Java.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "resident: the whole process, native parts and voices too; beyond heap, classes and buffers it is native.",
            "available: of the machine, or of the container if that may have less."
        })
final class DebugMemoryCommand extends OperatorCommand {
    @Override
    JsonNode page(RunningServer from) {
        return from.get("/api/v1/memory", "memory");
    }

    @Override
    void print(JsonNode page, PrintWriter out) {
        JsonNode memory = page.path("memory");
        TextTable table = new TextTable("memory", "now", "of", "");
        table.row(
                "resident",
                Figures.bytes(memory.path("resident_bytes")),
                Figures.bytes(memory.path("available_bytes")),
                share(memory, "resident_bytes", "available_bytes"));
        table.row(
                "heap",
                Figures.bytes(memory.path("heap_used_bytes")),
                Figures.bytes(memory.path("heap_max_bytes")),
                share(memory, "heap_used_bytes", "heap_max_bytes"));
        table.row("classes and code", Figures.bytes(memory.path("non_heap_used_bytes")), "", "");
        table.row("direct buffers", Figures.bytes(memory.path("direct_bytes")), "", "");
        table.row("mapped files", Figures.bytes(memory.path("mapped_bytes")), "", "");
        table.print(out);
        out.println();
        out.println(Figures.number(memory.path("threads")) + " threads; "
                + Figures.number(memory.path("collections")) + " garbage collections, "
                + Figures.number(memory.path("collection_ms")) + " ms in all");
    }

    private static String share(JsonNode memory, String part, String whole) {
        JsonNode all = memory.path(whole);
        return all.asDouble() > 0 && memory.path(part).isNumber()
                ? Json.decimals(100 * memory.path(part).asDouble() / all.asDouble(), 1) + " %"
                : Figures.NONE;
    }
}
