package dev.duplexvoice.examples.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the sources that names stand for: files, folders, globs, and {@code -} for standard input. Each file comes once. */
public final class LogFiles {
    /** What a folder is searched for: {@code a.log}, rotated as {@code a.log.1}, {@code a.log-20250110}, {@code a.2025-01-10.log}. */
    private static final Pattern NAME =
            Pattern.compile("(?<base>.+\\.(?:log|json|jsonl|ndjson))(?<rotated>[.-][0-9][0-9._-]*)?(?<packed>\\.gz)?");

    private static final int DEEPEST = 16;

    private final List<LogSource> sources = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private final @Nullable Charset encoding;

    private LogFiles(@Nullable Charset encoding) {
        this.encoding = encoding;
    }

    /** What these names stand for, rotated files the oldest first. */
    public static LogFiles find(List<String> names, @Nullable Charset encoding) {
        LogFiles files = new LogFiles(encoding);
        names.forEach(files::add);
        return files;
    }

    /** The sources, in the order of the names. */
    public List<LogSource> sources() {
        return List.copyOf(sources);
    }

    /** Names that stand for nothing, each with what to do. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private void add(String name) {
        if (name.equals("-")) {
            if (sources.stream().noneMatch(source -> source.file() == null)) {
                sources.add(new LogSource("stdin", null, encoding));
            }
            return;
        }
        try {
            Path path = Path.of(name);
            if (name.isEmpty()) {
                problem("a file's name is empty: give a file, a folder or -");
            } else if (Files.isDirectory(path)) {
                addFolder(name, path);
            } else if (Files.exists(path)) {
                addFile(path);
            } else if (name.matches(".*[*?\\[{].*")) {
                addGlob(name);
            } else {
                problem(name + ": there is no such file or folder");
            }
        } catch (InvalidPathException e) {
            problem(name + ": cannot be a path here (" + e.getReason() + ")");
        }
    }

    private void addFolder(String name, Path folder) {
        List<Path> found =
                walk(folder, file -> NAME.matcher(file.getFileName().toString()).matches());
        if (found.isEmpty()) {
            problem(name
                    + ": no logs in this folder (looked for *.log, *.json, *.jsonl and *.ndjson, also rotated and .gz):"
                    + " name the files");
        }
        found.forEach(this::addFile);
    }

    private void addGlob(String glob) {
        Path fixed = Path.of(
                glob.replaceFirst("[^/]*[*?\\[{].*", "").isEmpty() ? "." : glob.replaceFirst("[^/]*[*?\\[{].*", ""));
        try {
            PathMatcher matcher = FileSystems.getDefault()
                    .getPathMatcher("glob:" + Path.of(glob).normalize());
            List<Path> found = walk(fixed, file -> matcher.matches(file.normalize()));
            if (found.isEmpty()) {
                problem(glob + ": no file matches");
            }
            found.forEach(this::addFile);
        } catch (PatternSyntaxException e) {
            problem(glob + ": no glob (" + e.getDescription() + "): use * ? [abc] {a,b} and ** for folders");
        }
    }

    private List<Path> walk(Path folder, java.util.function.Predicate<Path> wanted) {
        try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
            return files.filter(Files::isRegularFile)
                    .filter(wanted)
                    .sorted(OLDEST_FIRST)
                    .toList();
        } catch (IOException e) {
            problem(folder + ": " + LogSource.reason(e));
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause() == null ? new IOException(e) : e.getCause();
            problem(cause.getMessage() + ": " + LogSource.reason(cause));
        }
        return List.of();
    }

    private void addFile(Path file) {
        Path real;
        try {
            real = file.toRealPath();
        } catch (IOException e) {
            real = file.toAbsolutePath().normalize(); // reading it will tell
        }
        if (seen.add(real)) {
            sources.add(new LogSource(file.toString(), file, encoding));
        }
    }

    private void problem(String problem) {
        problems.add(Printable.of(problem));
    }

    /** Logs of one name stand together; of those, a higher number is older, an earlier date is older, and the one without is the newest. */
    static final Comparator<Path> OLDEST_FIRST = Comparator.comparing(
                    (Path file) -> file.toAbsolutePath().getParent())
            .thenComparing(LogFiles::base)
            .thenComparing(LogFiles::age)
            .thenComparing(Comparator.naturalOrder());

    private static String base(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? name.group("base") : file.getFileName().toString();
    }

    private static String age(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches() || name.group("rotated") == null) {
            return "3"; // the one that is being written
        }
        String rotated = name.group("rotated").substring(1);
        if (rotated.matches("\\d{1,4}")) {
            return String.format(Locale.ROOT, "1%04d", 9_999 - Integer.parseInt(rotated));
        }
        return "2" + rotated;
    }
}
