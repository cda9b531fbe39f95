package dev.duplexvoice.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A voice in a folder of its own, {@code voicepacks/<family>/<name>/}, as its {@code metadata.yaml} describes it.
 *
 * @param id what a session asks for, unique among the packs
 * @param family which kind of model it is, {@code vits} or {@code kokoro} for one; tells which provider opens it
 * @param folder the folder, absolute
 * @param languages what it speaks, BCP 47, the first one first
 * @param sampleRate samples per second of its audio
 * @param licence of its files, as SPDX names it where it does
 * @param files its files by role ({@code model}, {@code config}, …), absolute, all within the folder
 * @param capabilities what else it can do: {@code streaming}, {@code word-times}, {@code multi-speaker}, …
 * @param settings what its family needs beyond files: {@code speaker} for one
 */
public record VoicePack(
        String id,
        String family,
        Path folder,
        List<String> languages,
        int sampleRate,
        String licence,
        Map<String, Path> files,
        Set<String> capabilities,
        Map<String, String> settings) {

    /** @throws IllegalArgumentException if the id is blank or the rate not positive */
    public VoicePack {
        if (id.isBlank()) {
            throw new IllegalArgumentException("id=" + id + ": must not be blank");
        }
        if (sampleRate <= 0) {
            throw new IllegalArgumentException("sampleRate=" + sampleRate + ": must be positive");
        }
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(licence, "licence");
        languages = List.copyOf(languages);
        files = Map.copyOf(files);
        capabilities = Set.copyOf(capabilities);
        settings = Map.copyOf(settings);
    }
}
