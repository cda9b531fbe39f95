package dev.duplexvoice.benchmarks.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** What {@code --version} prints; the build writes the version down. */
public final class ProgramVersion implements CommandLine.IVersionProvider {
    /** For the command line. */
    public ProgramVersion() {}

    @Override
    public String[] getVersion() throws IOException {
        try (InputStream in = ProgramVersion.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new FileNotFoundException("version.txt");
            }
            return new String[] {"Duplex Voice " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()};
        }
    }
}
