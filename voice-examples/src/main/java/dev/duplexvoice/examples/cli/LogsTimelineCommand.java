package dev.duplexvoice.examples.cli;

import picocli.CommandLine.Command;

/** {@code voice logs timeline}. */
@Command(
        name = "timeline",
        description = "All lines of one session in the files of all services, in the order of their times.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "As text each line begins with the seconds since the first, and its file.",
            "Example:",
            "  voice logs timeline session-abc123 server.log worker.log --format text"
        })
final class LogsTimelineCommand extends LogsOfSession {
    LogsTimelineCommand() {
        super(true);
    }
}
