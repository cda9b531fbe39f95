package dev.duplexvoice.onnx.internal;

/** Finds the symbols that a text is spoken with. Shared by threads. */
@FunctionalInterface
interface TextReader {

    /** The symbols; none if there is nothing to say. */
    Symbols read(String text);
}
