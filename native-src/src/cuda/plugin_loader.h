#ifndef VOICE_CUDA_PLUGIN_LOADER_H
#define VOICE_CUDA_PLUGIN_LOADER_H

#include "cuda/plugin_table.h"

namespace voice::cuda {

/*
 * The plugin's table. The library is looked for once, at the first call, and stays loaded: CUDA does not survive being
 * unloaded. Throws Error, VOICE_ERROR_UNSUPPORTED, with the reason if there is none.
 */
const voice_cuda_plugin_table &plugin();

/* Where to look, unless the environment says so; without effect after the first call of plugin(). */
void look_for_plugin_at(const char *path);

} // namespace voice::cuda

#endif
