#ifndef VOICE_VAD_PROTOBUF_H
#define VOICE_VAD_PROTOBUF_H

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace voice::vad {

/* The bytes do not parse. */
class ProtobufError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/*
 * Walks the fields of one protobuf message (https://protobuf.dev/programming-guides/encoding/) in place: no copy, no
 * allocation, no length trusted. A nested message is a ProtobufReader over bytes().
 */
class ProtobufReader {
public:
    enum class Wire { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

    explicit ProtobufReader(std::string_view message) : rest_(message) {}

    /* Moves to the next field; false at the end of the message. */
    bool next() {
        if (rest_.empty()) {
            return false;
        }
        const uint64_t key = read_varint();
        if (key >> 3 == 0 || key >> 3 > max_field) {
            throw ProtobufError("a field number is out of range");
        }
        field_ = static_cast<uint32_t>(key >> 3);
        switch (key & 7) {
        case 0:
            wire_ = Wire::varint;
            value_ = read_varint();
            break;
        case 1:
            wire_ = Wire::fixed64;
            bytes_ = take(8);
            break;
        case 2:
            wire_ = Wire::bytes;
            bytes_ = take(read_varint());
            break;
        case 5:
            wire_ = Wire::fixed32;
            bytes_ = take(4);
            break;
        default: // groups, which ONNX never used, and what is no wire type at all
            throw ProtobufError("a wire type is unknown");
        }
        return true;
    }

    uint32_t field() const { return field_; }
    Wire wire() const { return wire_; }
    bool is(uint32_t field, Wire wire) const { return field_ == field && wire_ == wire; }

    /* Of a varint field. */
    uint64_t value() const { return value_; }
    /* Of a field of any other wire type. */
    std::string_view bytes() const { return bytes_; }

    /* For packed varints: reads one from the front of the message itself. */
    uint64_t read_varint() {
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (rest_.empty()) {
                throw ProtobufError("it is cut off");
            }
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) {
                return value;
            }
        }
        throw ProtobufError("a number is too long");
    }

    bool at_end() const { return rest_.empty(); }

private:
    static constexpr uint64_t max_field = (1u << 29) - 1;

    std::string_view take(uint64_t length) {
        if (length > rest_.size()) {
            throw ProtobufError("it is cut off");
        }
        const std::string_view taken = rest_.substr(0, static_cast<size_t>(length));
        rest_.remove_prefix(static_cast<size_t>(length));
        return taken;
    }

    std::string_view rest_;
    uint32_t field_ = 0;
    Wire wire_ = Wire::varint;
    uint64_t value_ = 0;
    std::string_view bytes_;
};

} // namespace voice::vad

#endif
