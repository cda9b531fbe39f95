package dev.duplexvoice.packs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a pack is for. */
public enum PackKind {
    /** Speaks: a provider for its family opens it as a voice. */
    VOICE,
    /** Tells speech from silence: its model file is what a detector is given. */
    DETECTOR;

    /** As {@code metadata.yaml} has it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable PackKind of(String key) {
        for (PackKind kind : values()) {
            if (kind.key().equals(key)) {
                return kind;
            }
        }
        return null;
    }
}
