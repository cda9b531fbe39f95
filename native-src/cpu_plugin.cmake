# A plugin whose vocoder runs on the CPU and fails to order, as tests want it, those in Java too; see testing/cpu_plugin.cpp.
# Built when they ask for it, into a folder that nothing ships from.
add_library(voice_cuda_cpu MODULE EXCLUDE_FROM_ALL src/testing/cpu_plugin.cpp)
target_link_libraries(voice_cuda_cpu PRIVATE voice_objects)
target_link_options(voice_cuda_cpu PRIVATE -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/voice_cuda.lds)
set_target_properties(voice_cuda_cpu PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/emulated)
