package dev.duplexvoice.examples.logs;

/** The fields that have a meaning here, under the names that our loggers and others give them. */
final class Fields {
    final KeySet keys = new KeySet();
    final Field timestamp = Field.ofLine(keys, "timestamp", "@timestamp", "time", "ts");
    final Field level = Field.ofLine(keys, "level", "severity", "levelname");
    final Field logger = Field.ofLine(keys, "logger", "logger_name", "component");
    final Field message = Field.ofLine(keys, "message", "msg", "event", "error_message");
    final Field session = Field.anywhere(keys, "session_id");
    final Field errorType = Field.anywhere(keys, "error_type");
    /** What docker's json-file driver wraps each line in. */
    final Field wrapped = Field.ofLine(keys, "log");

    final Field stream = Field.ofLine(keys, "stream");

    /** A field by the name that a user gives; the line's own fields have their meaning. */
    Field named(String name) {
        return switch (name) {
            case "timestamp" -> timestamp;
            case "level" -> level;
            case "logger" -> logger;
            case "message" -> message;
            case "session_id" -> session;
            case "error_type" -> errorType;
            default -> Field.anywhere(keys, name);
        };
    }
}
