package dev.duplexvoice.examples.cli;

import picocli.CommandLine.Command;

/** {@code voice logs session}. */
@Command(
        name = "session",
        description = "All lines of one session, in the order of the files.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A request is found with --where: voice logs --where request_id=req_123 F",
            "Examples:",
            "  voice logs session session-abc123 orchestrator.log",
            "  voice logs session session-abc123 logs --level ERROR --json"
        })
final class LogsSessionCommand extends LogsOfSession {
    LogsSessionCommand() {
        super(false);
    }
}
