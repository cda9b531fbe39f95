package dev.duplexvoice.server.config;

import java.util.List;

/** A server's settings cannot be used. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<ConfigProblem> problems;

    ConfigException(List<ConfigProblem> problems) {
        super(text(problems));
        this.problems = List.copyOf(problems);
    }

    private static String text(List<ConfigProblem> problems) {
        int more = problems.size() - 1;
        return problems.get(0) + (more == 0 ? "" : " (and " + more + " more: voice config check tells all)");
    }

    /** All that is wrong, in the order of the file; at least one. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
