package dev.duplexvoice.packs;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a pack is, wherever it is: the part that {@code metadata.yaml} and a catalogue share.
 *
 * @param id what a session or a command asks for: letters, digits, {@code . _ + -}, 100 at most
 * @param kind voice or detector
 * @param family which kind of model it is, {@code vits} for one; the name of the folder that holds the pack's
 * @param languages what it speaks, BCP 47, the first one first; empty for a detector that needs none
 * @param sampleRate samples per second of its audio, 8000 to 192000
 * @param licence of its files, as SPDX names it where it does
 * @param capabilities what else it can do
 * @param settings what its family needs beyond files
 */
public record PackDescription(
        String id,
        PackKind kind,
        String family,
        List<String> languages,
        int sampleRate,
        String licence,
        Set<String> capabilities,
        Map<String, String> settings) {

    /** Copies the collections. */
    public PackDescription {
        languages = List.copyOf(languages);
        capabilities = Set.copyOf(capabilities);
        settings = Map.copyOf(settings);
    }
}
