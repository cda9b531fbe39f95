#ifndef VOICE_VAD_MODEL_FILE_H
#define VOICE_VAD_MODEL_FILE_H

#include <cstddef>
#include <string>

namespace voice::vad {

/* Far above any model of this kind (2.3 MB), far below what would hurt. */
constexpr size_t max_model_bytes = size_t{64} << 20;

/* The bytes of the file at path (UTF-8). Throws Error with the path in its message. */
std::string read_model_file(const std::string &path);

/* The same of any file, whose size is checked before it is read. */
std::string read_whole_file(const std::string &path, void (*check_size)(size_t bytes, const std::string &path));

/* Throws Error if a model of this size is not worth parsing. */
void check_model_size(size_t bytes, const std::string &description);

} // namespace voice::vad

#endif
