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
 * stands for any number of lines, and {@code …} within a line for any text. A time is any time, and a figure any figure, unless it is
 * the command's answer.
 */
final class Runbook {
    static final Path FOLDER = Program.OPS.resolveSibling("docs/runbooks");

    private static final String ANY = "…";
    private static final String PROMPT = "$ ";
    private static final String HEADING = "## ";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z";
    private static final String MOMENT = "@\\[[0-9.]+\\]";
    private static final String NUMBER = "[0-9][0-9.,]*(?:E-?[0-9]+)?";
    private static final Pattern FREE = Pattern.compile(TIME + "|" + MOMENT + "|" + ANY + "|\\s+|" + NUMBER);

    /** Those whose numbers are no figures: statuses, what is there or not, and what the server's log says, which the test has written. */
    private static final Pattern EXACT = Pattern.compile(
            "\\./voice logs .*orchestrator\\.log|http_code|exit code| exists |up == 0|connections_active|/environ");

    /**
     * A command and what it prints.
     *
     * @param page its name, {@code worker}
     * @param part the heading that it stands under, {@code Look}
     * @param line where it stands, from 0
     */
    record Step(String page, String part, int line, String command, List<String> shown) {}

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
        String part = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("```")) {
                console = !console && line.equals("```console");
            } else if (console && line.startsWith(PROMPT)) {
                steps.add(new Step(name, part, i, line.substring(PROMPT.length()), new ArrayList<>()));
            } else if (console) {
                steps.get(steps.size() - 1).shown().add(line);
            } else {
                prose.add(line);
                part = line.startsWith(HEADING) ? line.substring(HEADING.length()) : part;
            }
        }
    }

    /** The headings. */
    List<String> parts() {
        return prose.stream()
                .filter(line -> line.startsWith(HEADING))
                .map(line -> line.substring(HEADING.length()))
                .toList();
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
        return matches(shown, found, EXACT.matcher(step.command()).find());
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
                form.append(TIME);
            } else if (found.startsWith("@")) {
                form.append(MOMENT);
            } else {
                form.append(exact ? Pattern.quote(found) : NUMBER);
            }
            at = free.end();
        }
        return Pattern.compile(form.append(Pattern.quote(shown.substring(at))).toString());
    }
}
