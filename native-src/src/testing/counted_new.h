#ifndef VOICE_TESTING_COUNTED_NEW_H
#define VOICE_TESTING_COUNTED_NEW_H

#include <cstddef>

namespace voice::testing {

/* How often the process has allocated memory with new, in an executable that counted_new.cpp is a part of. */
size_t allocations();

/* Makes new fail for that many bytes and more, as if memory were short; SIZE_MAX for never. */
void refuse_allocations(size_t from_bytes);

} // namespace voice::testing

#endif
