package dev.duplexvoice.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process's standard streams are connected to. */
final class Terminal {
    private Terminal() {}

    /** Whether somebody looks at stdout. {@link System#console()} also wants stdin to be a terminal, which it is not behind a pipe. */
    static boolean isStdout() {
        String target = target(1);
        return target.isEmpty() ? System.console() != null : target.matches("/dev/(pts/|tty|console).*");
    }

    /** Whether something was piped or redirected to stdin. */
    static boolean isStdinFed() {
        return target(0).startsWith("pipe:")
                || target(0).startsWith("/") && !target(0).startsWith("/dev/");
    }

    /** Whether colours are welcome: on a terminal that knows them, unless NO_COLOR is set. */
    static boolean takesColours() {
        String refused = System.getenv("NO_COLOR");
        return isStdout() && (refused == null || refused.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    }

    /** Empty where the system does not tell. */
    private static String target(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }
}
