/**
 * Voices and detectors in folders of their own. {@link dev.duplexvoice.packs.VoicePacks} finds what is installed,
 * {@link dev.duplexvoice.packs.ModelCatalog} tells what there is to have, {@link dev.duplexvoice.packs.ModelPuller} gets it.
 */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.packs;
