# lotkeeper_embed(TARGET name FUNCTION qualified LIST file DEPENDS files... [GZIP])
#
# Builds a library that embeds the files of LIST (see embed.mjs) into the binary.
find_program(NODE node REQUIRED)

function(lotkeeper_embed)
  cmake_parse_arguments(EMBED "GZIP" "TARGET;FUNCTION;LIST" "DEPENDS" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${EMBED_TARGET})
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed.mjs)
  add_custom_command(
    OUTPUT ${out}.S ${out}.cpp
    COMMAND ${NODE} ${script} ${EMBED_LIST} ${out} ${EMBED_FUNCTION}
            $<$<BOOL:${EMBED_GZIP}>:--gzip>
    DEPENDS ${script} ${EMBED_LIST} ${EMBED_DEPENDS}
    COMMENT "Embedding ${EMBED_TARGET}"
    COMMAND_EXPAND_LISTS VERBATIM)
  # The assembler reads the files itself. Tell the build, or it would miss a changed file.
  set_source_files_properties(${out}.S PROPERTIES OBJECT_DEPENDS "${EMBED_DEPENDS}")
  add_library(${EMBED_TARGET} STATIC ${out}.S ${out}.cpp)
  target_link_libraries(${EMBED_TARGET} PRIVATE lotkeeper_options)
endfunction()
