# cmake -DNM=nm -DOBJECTS="a.o;b.o" -P check_symbols.cmake
# The kernels' objects may define their table and nothing that the linker could share with other code: a weak symbol
# (a template or inline function) compiled for AVX-512 might be the copy that every processor runs.
foreach(object IN LISTS OBJECTS)
    execute_process(COMMAND ${NM} --defined-only -C ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "[^\n]+ [A-Zuvw] [^\n]+" shared "${symbols}")
    list(FILTER shared EXCLUDE REGEX " [A-Z] voice::(vad|vocoder)::[a-z0-9]+::kernels$")
    if(shared)
        message(FATAL_ERROR "${object} defines ${shared}")
    endif()
    if(NOT symbols MATCHES "voice::(vad|vocoder)::[a-z0-9]+::kernels")
        message(FATAL_ERROR "${object} has no table of kernels")
    endif()
endforeach()
message("each object defines its table and nothing else")
