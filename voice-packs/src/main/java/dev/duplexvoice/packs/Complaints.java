package dev.duplexvoice.packs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one file; a reader tells all of it, not only the first. */
final class Complaints {
    /** What a hostile file is full of is enough to hear twenty times. */
    private static final int MOST = 20;

    private final Path file;
    private final List<PackProblem> problems = new ArrayList<>();

    Complaints(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    void add(int line, String message) {
        add(file, line, message);
    }

    void add(Path other, int line, String message) {
        if (problems.size() < MOST) {
            problems.add(new PackProblem(other, line, message));
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    List<PackProblem> problems() {
        return List.copyOf(problems);
    }

    /** A value as a message quotes it: short, and on one line. */
    static String quote(String value) {
        String clean = value.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 80 ? clean : clean.substring(0, 77) + "...";
    }
}
