// The bytes are a configuration, a safetensors file's header and its data, with a zero between two of them, behind a
// number that is added to the header's length: else most changes would make a file whose header ends elsewhere.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "vocoder_run.h"

namespace {

std::string_view take(std::string_view &rest) {
    const size_t length = std::min(rest.find('\0'), rest.size());
    const std::string_view part = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    return part;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    std::string_view rest(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::string config(take(rest));
    const std::string_view header = take(rest);
    const uint64_t length = header.size() + data[0];
    std::string file(sizeof length, '\0');
    std::memcpy(&file[0], &length, sizeof length);
    file.append(header);
    file.append(rest);
    voice::fuzz::open_and_speak(file, config);
    return 0;
}
