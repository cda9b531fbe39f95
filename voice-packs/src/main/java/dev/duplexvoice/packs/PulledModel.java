package dev.duplexvoice.packs;

/**
 * A model that is installed now.
 *
 * @param pack where it is
 * @param fresh whether this call brought it; false if it was there already, whole and right
 * @param trusted whether it has a file whose SHA-256 nobody published, so that only its size was checked
 */
public record PulledModel(InstalledPack pack, boolean fresh, boolean trusted) {}
