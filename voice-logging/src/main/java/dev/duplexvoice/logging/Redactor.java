package dev.duplexvoice.logging;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a text what must not be in a log: e-mail addresses, numbers like those of social security, keys, passwords and tokens,
 * and where voices that others are cloned from lie. Immutable and thread-safe.
 *
 * <p>One pass over the text, without regular expressions: the time grows with the length whatever the text is, and a text without
 * secrets is returned as it is.
 *
 * <table>
 *   <caption>What is written instead</caption>
 *   <tr><th>found</th><th>written</th></tr>
 *   <tr><td>{@code jo@example.com}, also with {@code %40}</td><td>{@code [EMAIL]}</td></tr>
 *   <tr><td>{@code 123-45-6789}</td><td>{@code [SSN]}</td></tr>
 *   <tr><td>{@code sk-abcdef…}, {@code AKIA…}, {@code ghp_…}, {@code api_key=…}</td><td>{@code sk-abc...}: a prefix</td></tr>
 *   <tr><td>{@code Bearer …}, {@code token=…}, JSON web tokens</td><td>{@code [TOKEN]}</td></tr>
 *   <tr><td>{@code password=…}, {@code redis://user:…@}</td><td>{@code [REDACTED]}</td></tr>
 *   <tr><td>a private key in PEM</td><td>{@code [PRIVATE KEY]}</td></tr>
 *   <tr><td>{@code /voicepacks/family/model/ref/jo.wav}</td><td>{@code /voicepacks/[REDACTED]}</td></tr>
 * </table>
 */
public final class Redactor {
    private static final Redactor STANDARD = new Redactor(List.of());

    private final String[] folders;

    private Redactor(List<String> folders) {
        this.folders = folders.toArray(String[]::new);
    }

    /** The one that knows nothing of this machine's folders. */
    public static Redactor standard() {
        return STANDARD;
    }

    /**
     * One that also hides what lies in these folders, wherever they are named. Reference voices within {@code voicepacks} and in folders
     * named {@code reference-voices} are hidden without.
     */
    public static Redactor hiding(Iterable<Path> referenceVoiceFolders) {
        List<String> names = new ArrayList<>();
        for (Path folder : referenceVoiceFolders) {
            if (folder.getNameCount() == 0) {
                throw new IllegalArgumentException("referenceVoices=" + folder + ": must not be the root folder");
            }
            names.add(folder.toString());
            String absolute = folder.toAbsolutePath().normalize().toString();
            if (!absolute.equals(folder.toString())) {
                names.add(absolute);
            }
        }
        return names.isEmpty() ? STANDARD : new Redactor(names);
    }

    /** The text without its secrets; the same object if it has none. */
    public String redact(String text) {
        return new SecretScanner(text, folders).redact();
    }

    /**
     * A field's value without secrets. Where the name says that the value is one, {@code api_key} for instance, it is hidden whatever it
     * looks like; {@code true}, {@code false} and small numbers stay.
     */
    public String redact(String name, String value) {
        String hidden = hidden(name, value);
        return hidden == null ? redact(value) : hidden;
    }

    /** What is written for the value of a field whose name says that it is secret; else null. */
    @Nullable
    String hidden(String name, String value) {
        SecretName kind = SecretName.of(name, 0, name.length());
        return kind == null || SecretName.isHidden(value, 0) ? null : kind.hide(value, false);
    }

    /** Whether a field of this name holds a secret, whatever its value. */
    public boolean isSecretName(String name) {
        return SecretName.of(name, 0, name.length()) != null;
    }

    /** What is left of a key: enough to tell keys apart, too little to use it. */
    static String prefix(String key, int most) {
        return key.substring(0, Math.min(most, key.length() / 4)) + "...";
    }
}
