package dev.duplexvoice.packs;

import java.nio.file.Path;

/**
 * Why something in a folder of packs is no pack.
 *
 * @param file the file or folder that is wrong
 * @param line the line in it, from 1; 0 if no line is to blame
 * @param message what is wrong, with key and value, and what to do
 */
public record PackProblem(Path file, int line, String message) {

    /** {@code file:line: message}, as compilers have it. */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line + ": " + message : file + ": " + message;
    }
}
