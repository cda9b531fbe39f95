#ifndef VOICE_FUZZ_DESCRIBED_MODEL_H
#define VOICE_FUZZ_DESCRIBED_MODEL_H

#include <string>
#include <string_view>

namespace voice::fuzz {

/*
 * An ONNX file of full size, of which few bytes tell: a sound one, and what is wrong with it. A fuzzer that has to find
 * fifteen tensors of the right shapes by itself never gets to the weights.
 *
 *   offset  size  field
 *        0     1  how the networks lie in the file (Form)
 *        1     1  bit 0: one for 16 kHz, bit 1: one for 8 kHz, bits 2 and 3: their weights (Fill)
 *        2     8  an edit, and so on to the end:
 *                   0  1  what is done (Edit)
 *                   1  1  to which tensor, modulo their number
 *                   2  2  a number, a
 *                   4  4  a number or a float, b
 *
 * Numbers are little-endian; bytes that are not there are zeros. Any bytes describe some file.
 */
std::string described_model(std::string_view description);

enum class Form { initialisers, constants, constants_named_by_output, branches, branches_reversed, count };

enum class Fill { noise, zeros, largest, fourier_basis };

enum class Edit {
    erase,
    set_dim,         // a: which; b: to what
    add_dim,         // b
    remove_dim,
    set_type,        // b
    set_storage,     // a
    pack_dims,
    resize,          // b: by so many bytes, -4096 .. 4095
    set_value,       // a: which, modulo their number; b: to what
    set_values,      // b: all of them
    alternate_signs,
    rename,          // a: one of a few names
    duplicate,
    move_to_end,
    take_dims,       // a: of which tensor
    cut_file,        // b: how many bytes stay
    flip_file,       // a: bits; b: where
    count
};

} // namespace voice::fuzz

#endif
