# NVIDIA's management library without a driver, as tests want it, those in Java too, and as it was before driver 510. Built when
# they ask for it, into a folder that nothing ships from.
foreach(name fake_nvml fake_nvml_old)
    add_library(${name} MODULE EXCLUDE_FROM_ALL src/nvml/fake/fake_nvml.cpp)
    target_include_directories(${name} PRIVATE src)
    set_target_properties(${name} PROPERTIES
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/emulated/${name}
        OUTPUT_NAME nvidia-ml
        SUFFIX .so.1)
    target_link_libraries(${name} PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
endforeach()
target_compile_definitions(fake_nvml_old PRIVATE FAKE_NVML_OLD)
