package dev.duplexvoice.examples.ops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of docs/runbooks: its {@code console} blocks hold commands, each behind a dollar sign, and what they print. A line of {@code …}
 * stands for any number of lines, and {@code …} within a line for any text.
 */
final class Runbook {
    static final Path FOLDER = Program.OPS.resolveSibling("docs/runbooks");

    private static final String ANY = "…";
    private static final String PROMPT = "$ ";
    private static final Pattern FREE =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z|" + ANY + "|\\s+|[0-9][0-9.,]*(?:E-?[0-9]+)?");

    /**
     * A command and what it prints.
     *
     * @param line where it stands, from 0
     */
    record Step(int line, String command, List<String> shown) {}

    private final Path file;
    private final List<String> lines;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> prose = new ArrayList<>();

    Runbook(String name) {
        file = FOLDER.resolve(name + ".md");
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean console = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                console = !console && line.equals("```console");
            } else if (console && line.startsWith(PROMPT)) {
                steps.add(new Step(i, line.substring(PROMPT.length()), new ArrayList<>()));
            } else if (console) {
                steps.get(steps.size() - 1).shown().add(line);
            } else {
                prose.add(line);
            }
        }
    }

    List<Step> steps() {
        return steps;
    }

    /** All that is in no {@code console} block. */
    String prose() {
        return String.join("\n", prose);
    }

    /** The page with what its commands print now, to be looked at and copied. */
    void record(Path folder, Function<Step, String> printed) throws IOException {
        StringBuilder page = new StringBuilder();
        int next = 0;
        for (Step step : steps) {
            lines.subList(next, step.line() + 1)
                    .forEach(line -> page.append(line).append('\n'));
            page.append(printed.apply(step).stripTrailing()).append('\n');
            next = step.line() + 1 + step.shown().size();
        }
        lines.subList(next, lines.size()).forEach(line -> page.append(line).append('\n'));
        Files.writeString(Files.createDirectories(folder).resolve(file.getFileName()), page);
    }

    /** Whether what was printed has the form of what is shown, line by line; blank lines do not count. */
    static boolean isShown(Step step, String printed) {
        List<String> shown =
                step.shown().stream().filter(line -> !line.isBlank()).toList();
        List<String> found = printed.lines().filter(line -> !line.isBlank()).toList();
        return matches(shown, found, isExact(step.command()));
    }

    /** The server's log is the test's own, so that all of it but the time is known. */
    private static boolean isExact(String command) {
        return command.startsWith("./voice logs ") && command.contains("orchestrator.log");
    }

    private static boolean matches(List<String> shown, List<String> found, boolean exact) {
        if (shown.isEmpty()) {
            return found.isEmpty();
        }
        List<String> rest = shown.subList(1, shown.size());
        if (shown.get(0).equals(ANY)) {
            for (int i = 0; i <= found.size(); i++) {
                if (matches(rest, found.subList(i, found.size()), exact)) {
                    return true;
                }
            }
            return false;
        }
        return !found.isEmpty()
                && form(shown.get(0), exact).matcher(found.get(0)).matches()
                && matches(rest, found.subList(1, found.size()), exact);
    }

    private static Pattern form(String shown, boolean exact) {
        StringBuilder form = new StringBuilder();
        Matcher free = FREE.matcher(shown);
        int at = 0;
        while (free.find()) {
            form.append(Pattern.quote(shown.substring(at, free.start())));
            String found = free.group();
            if (found.equals(ANY)) {
                form.append(".*");
            } else if (found.isBlank()) {
                form.append("\\s+");
            } else if (found.endsWith("Z")) {
                form.append("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
            } else {
                form.append(exact ? Pattern.quote(found) : "[0-9][0-9.,]*(?:E-?[0-9]+)?");
            }
            at = free.end();
        }
        return Pattern.compile(form.append(Pattern.quote(shown.substring(at))).toString());
    }
}
